"""« de » before a name."""

import pytest

from directory.french import of
from directory.templatetags.directory import de


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Limoges", "de Limoges"),
        ("Ambazac", "d’Ambazac"),
        ("Aixe-sur-Vienne", "d’Aixe-sur-Vienne"),
        ("Évaux-les-Bains", "d’Évaux-les-Bains"),
        ("Île-d’Aix", "d’Île-d’Aix"),
        ("Œting", "d’Œting"),
        ("Yvrac", "d’Yvrac"),
        ("Yaoundé", "de Yaoundé"),
        ("Hiersac", "d’Hiersac"),
        ("Hourtin", "d’Hourtin"),
        ("Hautefort", "de Hautefort"),
        ("Haute-Vienne", "de Haute-Vienne"),
        ("Hambourg", "de Hambourg"),
        ("Le Vigen", "du Vigen"),
        ("Les Ancizes", "des Ancizes"),
        ("La Rochelle", "de La Rochelle"),
        ("L’Isle-Jourdain", "de L’Isle-Jourdain"),
        ("Lesparre", "de Lesparre"),
        ("Onze-Îles", "de Onze-Îles"),
        ("Communauté de communes", "de Communauté de communes"),
        ("", "de "),
    ],
)
def test_de(name: str, said: str) -> None:
    assert (of(name), de(name)) == (said, said)
