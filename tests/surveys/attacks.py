"""What the tests of defences share: a page as a browser really sends it, the mails of a day."""

from datetime import datetime
from threading import Barrier, Thread

from django.db import connection
from django.utils import timezone

from tests.surveys.test_answering_pages import hidden, page_of, post

__all__ = ["at", "form_of", "hidden", "page_of", "post", "send", "together"]


def at(*said):
    return datetime(*said, tzinfo=timezone.get_current_timezone())


def send(client, respondent, code, changed, *, html=None, auto=False, seen=None, window=None):
    """What a browser really sends: every box of the page as it shows it, but for what was `changed`."""
    html = html or client.get(page_of(respondent, code)).text
    data = form_of(html)
    for name, value in changed.items():
        data[name] = value if isinstance(value, list) else [value]
    if seen is not None:
        data["vu"] = [seen]
    data.setdefault("geste", ["suivant"])
    return client.post(page_of(respondent, code) + ("?auto=1" if auto else ""), data)


def form_of(html):
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        def __init__(self):
            super().__init__()
            self.data, self.select, self.area, self.inside = {}, None, None, False

        def handle_starttag(self, tag, pairs):
            said = dict(pairs)
            if tag == "form":
                self.inside = "data-reponses" in said
            if not self.inside:
                return
            if tag == "input" and said.get("name"):
                kind = said.get("type", "text")
                if kind in ("radio", "checkbox"):
                    if "checked" in said:
                        self.data.setdefault(said["name"], []).append(said.get("value", "on"))
                elif kind != "submit":
                    self.data.setdefault(said["name"], []).append(said.get("value", ""))
            elif tag == "select":
                self.select = said["name"]
                self.data.setdefault(self.select, []).append("")
            elif tag == "option" and self.select and "selected" in said:
                self.data[self.select][-1] = said.get("value", "")
            elif tag == "textarea":
                self.area = said["name"]
                self.data[self.area] = [""]

        def handle_endtag(self, tag):
            if tag == "select":
                self.select = None
            elif tag == "textarea":
                self.area = None
            elif tag == "form":
                self.inside = False

        def handle_data(self, text):
            if self.area and self.inside:
                self.data[self.area][0] += text

    reader = Reader()
    reader.feed(html)
    return reader.data


def together(*gestures):
    """Run these at the same time, each in its own connection; return what each gave, or its error."""
    barrier, found = Barrier(len(gestures)), [None] * len(gestures)

    def run(position, gesture):
        try:
            barrier.wait(10)
            found[position] = gesture()
        except Exception as error:
            found[position] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(gestures)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found
