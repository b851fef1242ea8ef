"use strict";
// The desk beside the live list: drafts, presence, snippets, mentions, sheets, choosing many, what went wrong.
(() => {
  const body = document.body;
  const $ = (where, root = document) => root.querySelector(where);
  const all = (where, root = document) => [...root.querySelectorAll(where)];
  const thread = $("[data-customer]");
  const token = () => JSON.parse(body.getAttribute("hx-headers"))["X-CSRFToken"];
  const post = (path, fields) => fetch(path, { method: "POST", headers: { "X-CSRFToken": token(), "HX-Request": "true" }, body: new URLSearchParams(fields) });

  // -- sheets: fetched when opened, so that a view asks ten questions at most
  async function open(address) {
    const sheet = $("#sheet");
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return location.assign(address);
    sheet.innerHTML = await answer.text();
    htmx.process(sheet);
    sheet.showModal();
    const first = $("[autofocus], input:not([type=hidden]), select, textarea", sheet);
    if (first) first.focus();
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-sheet]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    all(".more[open]").forEach((menu) => { menu.open = false; });
    open(link.href);
  });
  // A refusal inside a sheet is said there; elsewhere beside the composer (the answer's own place).
  document.addEventListener("htmx:beforeSwap", (event) => {
    const sheet = event.detail.elt && event.detail.elt.closest && event.detail.elt.closest("#sheet");
    if (!sheet || event.detail.xhr.status !== 409) return;
    event.detail.shouldSwap = false;
    const said = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    $("#sheet-notice", sheet).textContent = said.body.textContent.trim();
  });
  document.addEventListener("submit", (event) => {
    const keep = event.target.closest("[data-query-of]");
    if (!keep) return;
    const fields = [...new FormData($(`#${keep.dataset.queryOf}`))].filter(([, value]) => value !== "");
    $("[name=query]", keep).value = new URLSearchParams(fields).toString();
  }, true);

  // -- choosing many
  const chosen = () => all(".pick-row:checked");
  function count() {
    const bar = $("#bulk"), words = bar && $("span", bar);
    if (!bar) return;
    words.textContent = words.dataset.words.replace("{}", chosen().length);
    bar.hidden = !chosen().length;
  }
  function choosing(on) {
    body.classList.toggle("choosing", on);
    $("#choose").setAttribute("aria-pressed", on);
    if (!on) { for (const box of chosen()) box.checked = false; count(); }
  }
  document.addEventListener("change", (event) => { if (event.target.matches(".pick-row")) count(); });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#choose")) choosing(!body.classList.contains("choosing"));
    if (event.target.closest("#unchoose, [data-unchoose]")) choosing(false);
  });

  // -- drafts: kept on the server 800 ms after the last key
  let keeping = 0, kept = null;
  function keep(field) {
    clearTimeout(keeping);
    kept = field;
    keeping = setTimeout(async () => {
      const answer = await post(`${thread.dataset.base}/draft`, { way: field.dataset.draft, text: field.value }).catch(() => null);
      const said = $(".kept", field.form);
      if (said) said.textContent = answer && answer.ok && field.value ? ` · ${said.dataset.kept}` : "";
      kept = null;
    }, 800);
  }
  document.addEventListener("input", (event) => { if (event.target.matches("[data-draft]")) { keep(event.target); } });
  // What was sent is no draft: the server forgot it in the same transaction.
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.elt.closest("#composer")) { clearTimeout(keeping); kept = null; } });
  addEventListener("pagehide", () => {
    if (!thread) return;
    if (kept) navigator.sendBeacon(`${thread.dataset.base}/draft`, new URLSearchParams({ way: kept.dataset.draft, text: kept.value, csrf_token: token() }));
    navigator.sendBeacon(`${thread.dataset.base}/gone`, new URLSearchParams({ page: desk.page, csrf_token: token() }));
  });

  // -- who else is here: the live stream tells, and says for us that the page is open. Said here is only what changes: in
  // sight or not, begins to write and stops, a new line seen. Without a stream it is said and asked every ten seconds.
  const PAUSE_MS = 6000, AGAIN_MS = 20000; // store/viewers.py: WRITES_S
  let writing = 0, paused = 0, told = 0;
  const lastLine = () => { const latest = $("#latest"); return Number((latest && latest.dataset.last) || thread.dataset.last || 0); };
  async function here() {
    if (document.hidden) return post(`${thread.dataset.base}/gone`, { page: desk.page }).catch(() => null);
    const fields = { page: desk.page }, seen = lastLine();
    if (desk.linked) fields.streams = "1";
    if (writing) fields.writes = "1";
    if (seen > told) fields.seen = told = seen;
    const answer = await post(`${thread.dataset.base}/here`, fields).catch(() => null);
    if ((!answer || !answer.ok) && fields.seen === told) told = 0; // said again with the next
    if (!desk.linked && answer && answer.ok && $("#viewers")) $("#viewers").innerHTML = await answer.text();
  }
  function writes(yes) {
    clearTimeout(paused);
    if (yes) paused = setTimeout(writes, PAUSE_MS);
    if (yes ? Date.now() - writing < AGAIN_MS : !writing) return;
    writing = yes ? Date.now() : 0;
    here();
  }
  function others() {
    const place = $("#viewers");
    if (!place || !desk.others) return;
    place.replaceChildren(...desk.others.map((each) => {
      const line = Object.assign(document.createElement("span"), { className: each.writes ? "viewer writes" : "viewer" });
      line.textContent = place.dataset[each.writes ? "writes" : "looks"].replace("{}", each.name);
      return line;
    }));
  }
  if (thread) {
    if (desk.linked !== null) here();
    others();
    document.addEventListener("linked", here);
    document.addEventListener("viewers", others);
    document.addEventListener("polled", here);
    document.addEventListener("visibilitychange", here);
    document.addEventListener("input", (event) => { if (event.target.matches("[data-draft]")) writes(true); });
    document.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.elt.closest("#composer")) writes(false); });
    document.addEventListener("htmx:afterSettle", () => { if (lastLine() > told && !document.hidden) here(); });
  }

  // -- snippets by `/`, colleagues by `@`: one list above the composer
  let offered = [], at = 0, field = null, begin = 0, loaded = null;
  const picker = () => $("#picker");
  function shut() { if (picker()) { picker().hidden = true; if (field) field.removeAttribute("aria-activedescendant"); } offered = []; }
  async function snippets() {
    loaded = loaded || fetch(`${thread.dataset.base}/snippets`).then((answer) => answer.json()).catch(() => { loaded = null; return []; });
    return loaded;
  }
  function fits(each, typed) {
    const word = typed.toLowerCase();
    return each.title.toLowerCase().includes(word) || each.text.toLowerCase().includes(word) || each.sounds.split(" ").some((sound) => sound.includes(word));
  }
  async function offer(target) {
    const before = target.value.slice(0, target.selectionStart);
    const mark = /(?:^|\s)\/(\S{0,16})$/.exec(before);
    if (!mark) return shut();
    field = target;
    begin = target.selectionStart - mark[1].length - 1;
    offered = (await snippets()).filter((each) => fits(each, mark[1])).slice(0, 8);
    at = 0;
    draw();
  }
  function draw() {
    const box = picker();
    box.replaceChildren(...offered.map((each, n) => {
      const line = Object.assign(document.createElement("li"), { id: `offer-${n}` });
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", n === at);
      line.append(Object.assign(document.createElement("b"), { textContent: each.title }), Object.assign(document.createElement("span"), { textContent: each.text }));
      line.addEventListener("mousedown", (event) => { event.preventDefault(); at = n; take(); });
      return line;
    }));
    box.hidden = !offered.length;
    if (offered.length) field.setAttribute("aria-activedescendant", `offer-${at}`);
  }
  function take() {
    field.setRangeText(offered[at].text, begin, field.selectionStart, "end");
    shut();
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  document.addEventListener("input", (event) => { if (event.target.matches("#way-reply textarea, #way-note textarea, #way-call textarea") && !event.isComposing) offer(event.target); });
  document.addEventListener("keydown", (event) => {
    if (!offered.length || event.isComposing) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) { at = (at + move + offered.length) % offered.length; draw(); }
    else if (event.key === "Enter" || event.key === "Tab") take();
    else if (event.key === "Escape") shut();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("focusout", (event) => { if (event.target === field) setTimeout(shut, 100); });

  // -- what went wrong is said where it went wrong, with a way to try again; nothing typed is lost
  const WHY = { 0: "lost", 400: "stale", 403: "forbidden", 404: "gone", 429: "often" };
  const lines = new Map(); // of what has no place of its own: beside the target it was for
  function why(xhr) {
    const own = xhr.status === 404 ? $("#notice", new DOMParser().parseFromString(xhr.responseText, "text/html")) : null;
    return (own && own.textContent.trim()) || body.dataset[WHY[xhr.status] || "broken"];
  }
  function placeOf(element, target) {
    if (element.closest("#sheet")) return $("#sheet-notice");
    if ([element, target].some((each) => each.closest(".thread") && !each.closest(".skeleton, [hx-trigger=load]"))) return $("#notice");
    if (target.closest(".list")) return $("#list-failed");
    if (!lines.has(target)) {
      lines.set(target, Object.assign(document.createElement("p"), { className: "went-wrong" }));
      lines.get(target).setAttribute("role", "alert");
      target.before(lines.get(target));
    }
    return lines.get(target);
  }
  function forget(target) {
    if (lines.has(target)) lines.get(target).remove();
    lines.delete(target);
  }
  function repeat(element, target, config) {
    if (element.matches("form")) return element.requestSubmit($("button.primary", element) || undefined);
    if (target.closest(".list, #latest")) { desk.refreshThread(); return desk.applyList(); }
    htmx.ajax(config.verb.toUpperCase(), config.path, { source: element, target, values: config.parameters });
  }
  function failed({ elt: element, target, xhr, requestConfig: config }) {
    if (element.matches("#pages, #troubles")) return; // asked again by themselves
    if (element === thread && $("#notice button")) return; // a reply that did not go waits for its own retry
    const place = placeOf(element, target);
    if (!place) return;
    const again = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: body.dataset.again });
    again.addEventListener("click", () => {
      place.replaceChildren();
      place.hidden = place.id === "list-failed";
      forget(target);
      if (xhr.status === 400) location.reload(); // its token is too old to be taken again
      else repeat(element, target, config);
    });
    place.replaceChildren(`${why(xhr)} `, again);
    place.hidden = false;
  }
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, (event) => failed(event.detail));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) return;
    forget(event.detail.target);
    const place = event.detail.target.closest(".list") && $("#list-failed"); // a thread that came says nothing of the list
    if (place && !place.hidden) { place.hidden = true; place.replaceChildren(); }
  });

  // -- to the line the search found, or to where the unread begin
  function find() {
    const wanted = new URLSearchParams(location.search).get("m");
    const line = wanted ? $(`#m${wanted}`) : $("#unread");
    if (!line || line.dataset.shown) return;
    line.dataset.shown = "yes";
    line.scrollIntoView({ block: wanted ? "center" : "start" });
    if (wanted) line.classList.add("hit");
  }
  find();
  document.addEventListener("htmx:afterSettle", (event) => { if ($(".found", event.detail.target) || (event.detail.target.classList && event.detail.target.classList.contains("found"))) find(); });
})();
