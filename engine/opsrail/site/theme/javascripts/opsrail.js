/* Steps that can be ticked. A tick is kept in this browser under the page's id, the section and
   a hash of the step's own text: when the text changes, the tick is gone. */
(function () {
  "use strict";

  function hash(text) {
    // FNV-1a, 32 bits: short, and good enough to see that a text changed.
    let value = 0x811c9dc5;
    for (const letter of new TextEncoder().encode(text)) {
      value = Math.imul(value ^ letter, 0x01000193) >>> 0;
    }
    return value.toString(36);
  }

  function words(item) {
    const copy = item.cloneNode(true);
    copy.querySelectorAll("ul, ol, input, .headerlink").forEach((part) => part.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  function sectionOf(item) {
    const headings = document.querySelectorAll("article :is(h1, h2, h3, h4, h5, h6)[id]");
    let found = "";
    headings.forEach((heading) => {
      const order = heading.compareDocumentPosition(item);
      if (order & Node.DOCUMENT_POSITION_FOLLOWING) found = heading.id;
    });
    return found;
  }

  function store() {
    try {
      localStorage.setItem("opsrail", "1");
      localStorage.removeItem("opsrail");
      return localStorage;
    } catch {
      return null; // private windows may forbid it: steps can still be ticked, until the page closes
    }
  }

  function steps(bar) {
    const seen = new Map();
    return Array.from(document.querySelectorAll("article .task-list-item"), (item) => {
      const box = item.querySelector("input[type=checkbox]");
      const text = words(item);
      const place = `${sectionOf(item)}:${hash(text)}`;
      const count = seen.get(place) || 0;
      seen.set(place, count + 1);
      box.setAttribute("aria-label", text);
      const mark = count ? `:${count}` : "";
      return { item, box, key: `opsrail:${bar.dataset.opsPage}#${place}${mark}` };
    });
  }

  function forget(kept, page, known) {
    const prefix = `opsrail:${page}#`;
    Object.keys(kept)
      .filter((key) => key.startsWith(prefix) && !known.has(key))
      .forEach((key) => kept.removeItem(key));
  }

  function start(bar) {
    const kept = store();
    const all = steps(bar);
    if (!all.length) return;
    if (kept) forget(kept, bar.dataset.opsPage, new Set(all.map((step) => step.key)));
    const status = bar.querySelector("[role=status]");
    const reset = bar.querySelector("button");

    function show() {
      const done = all.filter((step) => step.box.checked).length;
      all.forEach((step) => step.item.classList.toggle("ops-done", step.box.checked));
      status.textContent = `${done} of ${all.length} steps done`;
      bar.style.setProperty("--ops-done", done / all.length);
      reset.disabled = done === 0;
    }

    function keep(step) {
      if (!kept) return;
      if (step.box.checked) kept.setItem(step.key, "1");
      else kept.removeItem(step.key);
    }

    all.forEach((step) => {
      step.box.disabled = false;
      step.box.checked = Boolean(kept && kept.getItem(step.key));
      step.box.addEventListener("change", () => { keep(step); show(); });
      step.item.addEventListener("click", (event) => {
        if (event.target.closest("a, button, input, label, code") || String(getSelection())) return;
        if (event.target.closest("li") === step.item) step.box.click();
      });
    });
    reset.addEventListener("click", () => {
      all.forEach((step) => { step.box.checked = false; keep(step); });
      show();
      all[0].box.focus();
    });
    bar.hidden = false;
    show();
  }

  function searchBar(bar) {
    const query = document.querySelector("[data-md-component=search-query]");
    bar.hidden = !query;
    bar.addEventListener("click", () => setTimeout(() => query.focus()));
    bar.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation(); // or the search would take the same key as its own, and close
      bar.click();
    });
  }

  // On paper a relative address leads nowhere.
  document.querySelectorAll(".ops-origin a").forEach((link) => { link.dataset.address = link.href; });
  document.querySelectorAll(".ops-ticks[data-ops-page]").forEach(start);
  document.querySelectorAll(".ops-search").forEach(searchBar);
})();
