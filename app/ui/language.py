"""The window's language: which one, its texts and Qt's own, and how it writes numbers and dates."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app.core.resources import resource

LANGUAGES = {"en": "English", "de": "Deutsch"}  # each in its own words, as a person looks for it
SYSTEM = "system"
_installed: list[QTranslator] = []
_current = ["en"]


def language_for(choice: str, wishes: list[str] | None = None) -> str:
    """Return the language that ``choice`` stands for; for ``system`` the first of its ``wishes`` that we have."""
    if choice in LANGUAGES:
        return choice
    wishes = QLocale.system().uiLanguages() if wishes is None else wishes
    return next((short for wish in wishes if (short := wish[:2].lower()) in LANGUAGES), "en")


def current_language() -> str:
    """Return the language in use, such as ``de``."""
    return _current[0]


def use_language(application: QCoreApplication, choice: str) -> str:
    """Have everything made from now on speak the chosen language; returns which one that is."""
    language = language_for(choice)
    for translator in _installed:
        application.removeTranslator(translator)
    _installed.clear()
    _current[0] = language
    QLocale.setDefault(_locale(language))
    for name, folder in (
        (f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        (f"nightdesk_{language}", str(resource("translations"))),
    ):
        translator = QTranslator(application)
        if translator.load(name, folder):
            application.installTranslator(translator)
            _installed.append(translator)
    return language


def _locale(language: str) -> QLocale:
    """The system's own ways of writing where it speaks this language, else the language's usual ones."""
    system = QLocale.system()
    if QLocale.languageToCode(system.language()) == language:
        return system
    return QLocale(language)
