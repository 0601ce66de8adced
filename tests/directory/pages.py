"""Reading pages in tests."""


def text_of(response) -> str:
    """The page's text, its no-break spaces read as spaces."""
    return response.content.decode().replace("\u00a0", " ")
