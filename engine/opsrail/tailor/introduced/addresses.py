"""Addresses in a text: web, e-mail, phone, handles. One spelling for each of them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

from opsrail.llm.injection.views import View
from opsrail.tailor.introduced.model import Element, Kind

_OPEN_ENDED = r"[^\s<>\"'`|\\^{}\x00-\x20]"
_URL = re.compile(
    rf"(?<![a-z0-9+.-])(?:[a-z][a-z0-9+.-]{{0,30}}:)?//[\w\[%@]{_OPEN_ENDED}*"
    rf"|(?<![\w.@/-])www\.{_OPEN_ENDED}+",
    re.IGNORECASE,
)
_OTHER_SCHEME = re.compile(
    r"(?<![\w.+-])(?:https?|ftp|wss?|mailto|tel|sms|smsto|callto|facetime|facetime-audio|sip|sips|skype|whatsapp"
    r"|tg|viber|signal|xmpp|irc|javascript|vbscript|livescript|data|file|blob|about|intent|magnet"
    r"|ms-[a-z-]+|search-ms|slack|zoommtg|msteams|bitcoin|ethereum|ipfs|view-source):"
    rf"(?=\S){_OPEN_ENDED}+",
    re.IGNORECASE,
)
_DOMAINS = frozenset(
    """
    com net org edu gov mil int info biz name pro app dev page web site online store shop tech
    cloud link click live news blog wiki xyz top icu vip club work works world zone help support
    example invalid test localhost local internal lan onion arpa eu uk us ca au nz ie de fr es pt it
    nl be lu ch at pl cz sk hu ro bg gr tr ru ua by kz cn hk tw jp kr in pk bd lk np th vn my sg ph
    id br ar cl co mx pe za ng ke gh eg ma sa ae il ir io ai me tv cc ws to ly gl gg fm am is so sh
    st su tk ml ga cf gq la li lt lv ee fi se no dk pw im ms nu vc ag bz zip mov bank email chat
    agency company digital finance group media network services solutions team today systems space
    fun life ltd one gmbh
    """.split()
)
_DOMAIN = re.compile(
    rf"(?<![\w@./:-])(?:[^\W_](?:[\w-]{{0,61}}[^\W_])?\.)+(?P<last>[^\W\d_]{{2,24}}|xn--[\w-]+)\.?"
    rf"(?P<rest>(?::\d{{1,5}})?(?:[/?]{_OPEN_ENDED}*)?)(?![\w@])"
)
_IP = re.compile(
    rf"(?<![\w.])\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?::\d{{1,5}})?(?:/{_OPEN_ENDED}*)?(?![\w.]*\w)"
    r"|(?<![\w:.])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,7}(?![\w:])",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%'-]{1,64}@(?:[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|\[[0-9a-f.:]+\])"
    r"(?<![-.])",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@#&/.`])[@#](?=[\w-]*[^\W\d_])[\w][\w.-]{0,79}(?<![.-])")
_PHONE = re.compile(
    r"(?<![\w.,/#-])(?:\+|00)?\(?\d(?:[ \u00a0().\-/]{0,3}\d){6,16}(?![\w%])(?![.,/-]\d)"
)
_PHONE_WORD = re.compile(
    r"(?<![\w-])(?:\+?\d[ .-]?)?\(?[2-9]\d\d\)?[ .-]\d{0,3}[A-Z][A-Z0-9-]{3,9}\b"
)
_DIALLED = re.compile(
    r"\b(?:call|dial|ring|phone|telephone|text|sms|whatsapp|fax)\b[^\n.;]{0,30}?"
    r"(?<![\w$€£.,])(?P<number>\*?\d{3,8}#?)"
    r"(?![\w%., ]?\d|[\w%.,]*\d|%|\s*(?:times?|hours?|hrs?|minutes?|mins?"
    r"|days?|seconds?|weeks?|months?|years?|people|customers?|attempts?|[ap]\.?m\b))",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}(?:[ T]\d{1,2}(?:[ .:]?\d\d)*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
    r"|\d{4}\s?[-–]\s?\d{4}"
)
_DEFANGED = (
    (re.compile(r"\bh(?:xx|\*\*|tt\s)p(s?)(?=\s?(?::|\[:))", re.IGNORECASE), r"http\1"),
    (re.compile(r"\s?[\[({<]\s?(?:\.|dot|punkt|point|punto)\s?[\])}>]\s?", re.IGNORECASE), "."),
    (re.compile(r"\s?[\[({<]\s?(?:@|at|arroba)\s?[\])}>]\s?", re.IGNORECASE), "@"),
    (re.compile(r"\[(:|://|/)\]"), r"\1"),
    (re.compile(r"(?<=\w)\s+(?:dot|DOT)\s+(?=\w)"), "."),
    (re.compile(r"(?<=\w)[ \t]+\.[ \t]{0,3}(?=\w)|(?<=\w)[\u3002\uff61](?=\w)"), "."),
    (re.compile(r"(?<=[\w-]) at (?=[\w-]+(?:\.[\w-]+)+)"), "@"),
)
_TRAILING = ".,;:!?*_~'\"’”»…"
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}
_DEFAULT_PORTS = {"http": ":80", "https": ":443", "ftp": ":21"}
_SPLIT = re.compile(
    r"^(?:(?P<scheme>[a-z][a-z0-9+.-]*):)?(?://)?(?P<host>[^/?#]*)(?P<rest>.*)$",
    re.DOTALL | re.IGNORECASE,
)


def refanged(view: View) -> View:
    """With addresses that were written so as not to look like one put together again."""
    for pattern, new in _DEFANGED:
        view = view.replaced(pattern, lambda found, new=new: found.expand(new))  # type: ignore[misc]  # mypy infers no type for a lambda's default
    return view


def addresses(view: View) -> Iterator[Element]:
    """Every address of a text."""
    for pattern in (_URL, _OTHER_SCHEME, _IP):
        for found in pattern.finditer(view.text):
            yield _web(view, found.start(), found[0])
    for found in _DOMAIN.finditer(view.text):
        if _is_domain(found):
            yield _web(view, found.start(), found[0])
    for found in _EMAIL.finditer(view.text):
        text = found[0]
        yield Element(Kind.EMAIL, email_key(text), text, view.at(found.start()))
    for found in _HANDLE.finditer(view.text):
        yield Element(Kind.HANDLE, found[0].lower(), found[0], view.at(found.start()))
    yield from _phones(view)


def _web(view: View, start: int, text: str) -> Element:
    text = trimmed(text)
    return Element(Kind.URL, url_key(text), text, view.at(start))


def trimmed(url: str) -> str:
    """Without the sentence's own marks at its end; a bracket stays if it was opened inside."""
    while url:
        last = url[-1]
        if last in _TRAILING or (last in _PAIRS and url.count(_PAIRS[last]) < url.count(last)):
            url = url[:-1]
            continue
        return url
    return url


def url_key(url: str) -> str:
    """One spelling of a web address: its host small and in letters, no default port, what is
    percent-encoded without need decoded (RFC 3986, section 6.2.2), no slash at the end.
    """
    parts = _SPLIT.match(url)
    assert parts is not None
    scheme = (parts["scheme"] or "").lower()
    if scheme and "//" not in url[: len(scheme) + 3]:
        return email_key(url) if scheme == "mailto" else _decoded(url).lower()
    who, at, host = parts["host"].rpartition("@")
    host = _host(unquote(host)).removesuffix(_DEFAULT_PORTS.get(scheme, ":80")).rstrip(".")
    rest = _decoded(parts["rest"])
    path, mark, tail = (
        re.split(r"([?#])", rest, maxsplit=1) if re.search(r"[?#]", rest) else (rest, "", "")
    )
    scheme = "" if scheme in {"", "http", "https"} else f"{scheme}:"
    return f"{scheme}//{who}{at}{host}{path.rstrip('/')}{mark}{tail}"


def _host(host: str) -> str:
    labels = []
    for label in host.lower().split("."):
        if label.startswith("xn--"):
            try:
                labels.append(label.encode("ascii").decode("idna"))
            except UnicodeError:  # no punycode after all: it stays what it is
                labels.append(label)
        else:
            labels.append(label)
    return ".".join(labels)


def _decoded(part: str) -> str:
    """Percent-encoding in one form: what needs none is written out, the rest in capitals."""
    try:
        return quote(unquote(part, errors="strict"), safe="/?#&=+:@!$'()*,;~-._%[]")
    except UnicodeDecodeError:  # bytes of no text: compared as they were written
        return part


def email_key(text: str) -> str:
    """One spelling of an e-mail address, what a `mailto:` adds to it included."""
    bare = text.lower().removeprefix("mailto:")
    who, at, host = unquote(bare).rpartition("@")
    return f"{who}{at}{_host(host)}"


def _is_domain(found: re.Match[str]) -> bool:
    """Whether words with stops between them name a host, and no file or abbreviation."""
    last = found["last"]
    if last.lower().startswith("xn--"):
        return True
    if last.istitle() and not found[0][0].isupper():
        return False  # "charge.It": a blank is missing, no more
    return last.lower() in _DOMAINS or found["rest"].startswith("/")


def _phones(view: View) -> Iterator[Element]:
    for found in _PHONE.finditer(view.text):
        if _is_phone(found[0]):
            yield Element(Kind.PHONE, phone_key(found[0]), found[0], view.at(found.start()))
    for found in _PHONE_WORD.finditer(view.text):
        yield Element(Kind.PHONE, found[0].lower(), found[0], view.at(found.start()))
    for found in _DIALLED.finditer(view.text):
        number = found["number"]
        yield Element(Kind.PHONE, phone_key(number), number, view.at(found.start("number")))


def _is_phone(text: str) -> bool:
    if _DATE.fullmatch(text.strip()) or _is_address(text):
        return False
    digits = sum(character.isdigit() for character in text)
    if text.startswith(("+", "00", "(")):
        return True
    if digits == len(text):
        return digits >= 10 or (digits >= 9 and text.startswith("0"))
    groups = re.findall(r"\d+", text)
    if all(len(group) == 3 for group in groups[1:]) and len(groups[0]) <= 3 and " " in text:
        return text.startswith("0") or len(groups) != 3  # "1 250 000" is an amount
    return max(map(len, groups)) >= 2


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def phone_key(text: str) -> str:
    """The digits of a phone number, `00` and `+` being the same."""
    with_code = text.startswith(("+", "00"))
    digits = re.sub(r"[^\d+*#]", "", text.replace("(0)", "" if with_code else "0"))
    return f"+{digits[2:]}" if digits.startswith("00") else digits
