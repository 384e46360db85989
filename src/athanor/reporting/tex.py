"""Plain text and numbers as LaTeX."""

import re

from athanor.reporting import ReportingError

SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    "\u00a0": "~",
    "−": r"\ensuremath{-}",
    "±": r"\ensuremath{\pm}",
    "×": r"\ensuremath{\times}",
    "÷": r"\ensuremath{\div}",
    "≤": r"\ensuremath{\le}",
    "≥": r"\ensuremath{\ge}",
    "∞": r"\ensuremath{\infty}",
    "→": r"\ensuremath{\to}",
    "←": r"\ensuremath{\leftarrow}",
    "²": r"\ensuremath{^2}",
    "³": r"\ensuremath{^3}",
    "°": r"\textdegree{}",
    "µ": r"\ensuremath{\mu}",
    "…": r"\dots{}",
    "®": r"\textregistered{}",
    "™": r"\texttrademark{}",
}
# Printable ASCII and what the T1 encoding has of Latin letters, quotation marks and dashes.
PLAIN = re.compile("[ -~À-ÖØ-öø-ĥĨ-ķĹ-ľŁ-ňŊ-ťŨ-ž¡«»¿£–—‘’‚“”„]")
# Pairs that TeX's fonts would join into a dash or another quotation mark.
LIGATURE = re.compile(r"([-,'])(?=\1)")
BREAK = re.compile(r"(\\_|[./=,])")
NUMBER = re.compile(r"−?[0-9][0-9,]*(\.[0-9]+)?([eE][+−]?[0-9]+)?%?|−?∞")


def escape(text: str) -> str:
    """Write plain text so that LaTeX sets exactly its characters; runs of white space become one space."""
    words = " ".join(text.split())
    return "".join(_character(character) for character in LIGATURE.sub("\\1\u200b", words))


def _character(character: str) -> str:
    """Write one character, or say that LaTeX has none for it."""
    if character == "\u200b":
        return "{}"
    if character in SPECIAL:
        return SPECIAL[character]
    if PLAIN.fullmatch(character):
        return character
    raise ReportingError(
        f"{character!r} (U+{ord(character):04X}) cannot be set in the paper; write it otherwise"
    )


def number(text: str) -> str:
    """Write a formatted number (20,250 or −1.5 or 2.0e−05) so that it reads the same in text and in formulas."""
    if not NUMBER.fullmatch(text):
        return escape(text)
    mantissa, _, exponent = text.replace("E", "e").partition("e")
    power = rf"\times10^{{{int(exponent.replace('−', '-'))}}}" if exponent else ""
    symbols = {",": "{,}", "−": "-", "%": r"\%", "∞": r"\infty "}
    return rf"\ensuremath{{{''.join(symbols.get(c, c) for c in mantissa)}{power}}}"


def code(text: str) -> str:
    """Write an identifier in typewriter type that may break after its punctuation."""
    breakable = BREAK.sub(r"\1\\allowbreak{}", escape(text))
    return rf"\texttt{{{breakable}}}"


def define(kind: str, name: str, text: str) -> str:
    """Define one name of one kind (athanor.sty has the commands that print it)."""
    return rf"\athanordefine{{{kind}}}{{{name}}}{{{text}}}" + "\n"


def table(columns: str, heading: str, rows: str, caption: str, label: str) -> str:
    """Lay out rows as a table that may run over several pages."""
    return "\n".join(
        [
            rf"\begin{{longtable}}{{@{{}}{columns}@{{}}}}",
            rf"\caption{{{caption}}}\label{{{label}}}\\",
            rf"\toprule {heading} \\ \midrule \endfirsthead",
            rf"\toprule {heading} \\ \midrule \endhead",
            r"\bottomrule \endlastfoot",
            rows,
            r"\end{longtable}",
            "",
        ]
    )
