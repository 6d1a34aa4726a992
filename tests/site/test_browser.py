"""The site in a real browser: steps, search, colours, widths, paper."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from opsrail.content.clearance import Clearance
from tests.site.conftest import Desk

pytestmark = pytest.mark.browser

PAGES = (
    "index.html",
    "roles/tier-1/index.html",
    "roles/tier-1/refunds.html",
    "sources/refunds.html",
    "sources.html",
    "playbooks.html",
    "alerts.html",
    "who-decides.html",
    "landed.html",
    "runbooks/sign-in.html",
    "about.html",
)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def end_headers(self) -> None:
        # Its own dates have a second's grain: a page rebuilt within one would be "not modified".
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


@pytest.fixture(scope="module")
def site(built: Callable[[Clearance], Path]) -> Iterator[str]:
    handler = partial(Quiet, directory=str(built(Clearance.STAFF)))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context()
    yield opened
    opened.close()


def watched(page: Page) -> list[str]:
    """Collects what a page complains about and what it asks of others."""
    heard: list[str] = []
    page.on("console", lambda said: heard.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    local = ("http://127.0.0.1:", "file:", "data:", "blob:")
    page.on("request", lambda sent: None if sent.url.startswith(local) else heard.append(sent.url))
    return heard


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_and_ask_nobody(browser: Browser, site: str, width: int, scheme: str) -> None:
    opened = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = opened.new_page()
    heard = watched(page)
    for path in PAGES:
        page.goto(site + path)
        page.wait_for_selector("h1")
        width_of = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(width_of) <= 0, path
    expected = {"light": "default", "dark": "slate"}[scheme]
    assert page.get_attribute("body", "data-md-color-scheme") == expected
    assert heard == []
    opened.close()


CONTRAST = """() => {
  const channels = (text) => text.match(/[\\d.]+/g).slice(0, 4).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
    .map((c) => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = channels(getComputedStyle(at).backgroundColor);
      if (found.length < 4 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll("article *, .md-tabs__link, .md-nav__link")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    const seen = {opacityProperty: true, visibilityProperty: true};
    if (!own || !element.checkVisibility(seen)) continue;
    if (element.closest(".headerlink, button:disabled")) continue;
    const [one, other] = [light(channels(getComputedStyle(element).color)), light(ground(element))];
    const ratio = (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
    if (ratio < 4.5) poor.push(`${element.className || element.tagName}: ${ratio.toFixed(2)}`);
  }
  return [...new Set(poor)];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Browser, site: str, scheme: str) -> None:
    opened = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = opened.new_page()
    for path in PAGES:
        page.goto(site + path)
        page.wait_for_timeout(400)  # colours fade in
        assert page.evaluate(CONTRAST) == [], path
    opened.close()


def test_ticks_stay_over_a_reload_and_start_over(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    page.goto(site + "roles/tier-1/refunds.html")
    steps = page.locator(".task-list-item")
    total = steps.count()
    steps.nth(0).click(position={"x": 60, "y": 10})
    page.get_by_role("checkbox").nth(2).press("Space")
    status = page.locator(".ops-ticks [role=status]")
    assert status.inner_text() == f"2 of {total} steps done"
    page.reload()
    boxes = page.get_by_role("checkbox")
    ticked = [box.is_checked() for box in page.locator(".task-list-item input").all()]
    assert ticked == [place in {0, 2} for place in range(total)]
    assert boxes.count() == total
    page.get_by_role("button", name="Start over").click()
    assert status.inner_text() == f"0 of {total} steps done"
    page.reload()
    assert status.inner_text() == f"0 of {total} steps done"
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('opsrail:'))") == []


def test_a_tick_goes_when_its_step_changes_and_only_that_one(
    desk: Desk, context: BrowserContext
) -> None:
    # One folder served for both versions: a browser keeps ticks by origin.
    (built,) = desk.build(Clearance.STAFF)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(built.site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/roles/tier-1/refunds.html"
    page = context.new_page()
    page.goto(url)
    for step in page.locator(".task-list-item input").all():
        step.set_checked(checked=True, force=True)
    desk.replace("content/sources/refunds.md", "3. Say so.", "3. Say so within an hour.")
    desk.sync()
    desk.build(Clearance.STAFF)
    page.goto(url)
    changed = page.locator(".task-list-item", has_text="within an hour")
    assert not changed.locator("input").is_checked()
    others = page.locator(".task-list-item", has_not_text="within an hour").locator("input")
    assert others.count() > 0
    assert all(box.is_checked() for box in others.all())
    server.shutdown()
    server.server_close()


def test_search_starts_on_the_home_page_and_finds_a_phrase(
    context: BrowserContext, site: str
) -> None:
    page = context.new_page()
    heard = watched(page)
    page.goto(site)
    page.locator(".ops-search").press("Enter")
    page.wait_for_function("document.activeElement.name === 'query'")
    page.keyboard.type('"plantedpartner in Till"')
    # Results come while the phrase is typed; only those of the whole phrase count.
    first = "document.querySelector('.md-search-result__link')?.innerText"
    page.wait_for_function(f"{first}?.includes('Handle a refund')")
    page.wait_for_timeout(300)
    found = page.locator(".md-search-result__link").first
    assert "Handle a refund" in found.inner_text()
    found.click()
    page.wait_for_load_state()
    assert "plantedpartner" in page.inner_text("article")
    assert heard == []


def test_the_name_that_a_pager_says_leads_to_the_alert(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    page.goto(site)
    page.locator(".ops-search").press("Enter")
    page.wait_for_function("document.activeElement.name === 'query'")
    page.keyboard.type("sign-in-spike")
    found = page.locator(".md-search-result__item").first
    found.locator("a", has_text="Doors that stick").first.click()
    page.wait_for_url("**/alerts.html?*#sign-in-spike")
    heading = page.locator("h3#sign-in-spike")
    assert heading.is_visible()
    assert (
        "critical What to do: Sign-in outage" in page.locator("h3#sign-in-spike + p").inner_text()
    )


def test_paper_shows_steps_and_sources_and_no_furniture(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    page.goto(site + "roles/tier-1/refunds.html")
    page.emulate_media(media="print")
    for furniture in (".md-header", ".md-tabs", ".md-sidebar", ".ops-ticks", ".ops-others"):
        assert not page.locator(furniture).first.is_visible(), furniture
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    link = page.locator(".ops-origin a").first
    said = link.evaluate("(e) => getComputedStyle(e, '::after').content")
    assert f"{site}sources/refunds.html" in said
    assert page.locator(".task-list-item").first.is_visible()


def test_pages_open_from_a_folder_without_a_server(
    context: BrowserContext, built: Callable[[Clearance], Path]
) -> None:
    page = context.new_page()
    page.goto((built(Clearance.STAFF) / "index.html").as_uri())
    page.get_by_role("link", name="Tier 1 agent").first.click()
    page.wait_for_load_state()
    page.locator(".ops-rows a").first.click()
    page.wait_for_load_state()
    assert page.locator(".task-list-item").count() > 0
    assert page.locator(".ops-ticks").is_visible()
