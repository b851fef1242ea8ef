"use strict";
// The inbox in the browser: timers, live updates, keys, the composer. Everything also works as plain forms and links.
(() => {
  const body = document.body;
  const $ = (where, root = document) => root.querySelector(where);
  const all = (where, root = document) => [...root.querySelectorAll(where)];
  const fill = (words, values) => words.replace(/\{(\w*)\}/g, (_, name) => values[name]);

  // -- time: absolute due times against the server's clock, which the sandbox may move
  let ahead = Date.parse(body.dataset.now) - Date.now();
  const now = () => Date.now() + ahead;

  function span(ms) {
    const seconds = Math.floor(ms / 1000);
    const [m, h, d] = [Math.floor(seconds / 60), Math.floor(seconds / 3600), Math.floor(seconds / 86400)];
    if (h < 1) return `${m}:${String(seconds % 60).padStart(2, "0")}`;
    return d < 1 ? fill(body.dataset.hours, { h, m: m % 60 }) : fill(body.dataset.days, { d, h: h % 24 });
  }

  function tick() {
    for (const pill of all("[data-due]")) {
      const left = Date.parse(pill.dataset.due) - now();
      const text = fill(left >= 0 ? body.dataset.left : body.dataset.over, { "": span(Math.abs(left)) });
      const words = $("span", pill);
      if (words.textContent !== text) words.textContent = text;
      pill.classList.toggle("over", left < 0);
      pill.classList.toggle("soon", left >= 0 && left <= pill.dataset.soon * 1000);
    }
    const open = $("[data-window-until]");
    if (open) {
      const minutes = Math.floor((Date.parse(open.dataset.windowUntil) - now()) / 60000);
      if (minutes < 0) refreshThread();
      else open.textContent = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
    }
  }

  // -- live: an event carries ids, the page fetches the fragment, so permission is asked twice. Each fragment has a source of
  // its own: of requests with one source htmx keeps only the last that waits.
  const list = $("#list"), thread = $("[data-customer]"), log = $("#log"), fresh = $("#fresh");
  const changed = new Set();
  let listDue = 0, threadDue = 0, polling = 0, source = null;
  const page = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const at = thread ? `&at=${thread.dataset.customer}&page=${page}` : ""; // the stream says for us that it is open here
  const atEnd = () => !log || log.scrollHeight - log.scrollTop - log.clientHeight < 80;

  function listUrl() {
    const form = $(".list .search");
    return form ? `${form.getAttribute("hx-get")}?${new URLSearchParams(new FormData(form))}` : list.dataset.url;
  }
  function applyList() {
    changed.clear();
    if (fresh) fresh.hidden = true;
    if (list) htmx.ajax("GET", listUrl(), { source: list, target: "#list", swap: "innerHTML" });
  }
  // New arrivals never move the row under the cursor, nor the one the keyboard stands on.
  const busy = () => list.matches(":hover") || list.contains(document.activeElement) || body.classList.contains("choosing");
  function refreshList(customer) {
    if (!list) return;
    if (typeof customer === "number") changed.add(customer);
    clearTimeout(listDue);
    listDue = setTimeout(() => {
      if (!busy()) return applyList();
      const unknown = [...changed].filter((id) => !$(`#row-${id}`)).length;
      fresh.textContent = fill(unknown ? fresh.dataset.new : fresh.dataset.words, { "": unknown || changed.size || 1 });
      fresh.hidden = false;
    }, 150);
  }
  // What somebody writes in, is pressing, or waits for the answer of is not swapped away: a button swapped between press and
  // release is not clicked, and htmx drops the answer of a form that is gone.
  const HELD = "dialog[open], .more[open], form.htmx-request";
  let pressed = null, answered = null, missed = false;
  const held = (root) => root.contains(pressed) || all(HELD, root).some((each) => !each.contains(answered));
  addEventListener("pointerdown", (event) => { pressed = event.target; }, true);
  for (const end of ["pointerup", "pointercancel", "dragend"]) addEventListener(end, () => setTimeout(() => { // after the click
    pressed = null;
    if (missed) refreshThread();
  }), true);
  function refreshThread() {
    if (!thread) return;
    clearTimeout(threadDue);
    threadDue = setTimeout(() => {
      answered = null;
      missed = false;
      if (held(body)) return refreshThreadLater();
      htmx.ajax("GET", `${thread.dataset.live}?since=${$("#latest").dataset.first}&seen=${thread.dataset.seen}`, { source: thread, target: "#latest", swap: "none" });
    }, 100);
  }
  function refreshThreadLater() {
    missed = true;
    clearTimeout(threadDue);
    threadDue = setTimeout(refreshThread, 2000);
  }
  // An answer on its way when a dialog or the menu opened never takes the half-written plan away; the dialog's own answer may.
  document.addEventListener("htmx:beforeOnLoad", (event) => { answered = event.detail.elt; });
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (!held(event.detail.target)) return;
    event.preventDefault();
    refreshThreadLater();
  });
  // -- what a provider refuses to everybody: it comes with an alert, and goes with any message that was accepted
  const troubles = $("#troubles");
  function refreshTroubles(kind) {
    if (kind === "alert" || troubles.children.length) htmx.ajax("GET", troubles.dataset.url, { source: troubles, target: "#troubles", swap: "innerHTML" });
  }
  setInterval(refreshTroubles, 60000);
  function refreshAll() { refreshList(); refreshThread(); }

  function connected(yes) {
    const dot = $("#link");
    dot.classList.toggle("off", !yes);
    dot.classList.toggle("on", yes);
    if (!yes) dot.title = dot.dataset.off;
    const offline = $("#offline");
    if (offline) offline.hidden = yes;
    clearInterval(polling);
    if (!yes) polling = setInterval(() => { refreshAll(); heard("polled"); }, 10000);
    if (desk.linked === yes) return;
    desk.linked = yes;
    heard("linked");
  }
  const heard = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
  let cursor = body.dataset.cursor;
  function connect() {
    source = new EventSource(`/events?after=${cursor}${at}`);
    source.addEventListener("open", () => { connected(true); });
    source.addEventListener("beat", (event) => { ahead = Date.parse(JSON.parse(event.data).now) - Date.now(); tick(); });
    source.addEventListener("viewers", (event) => { desk.others = JSON.parse(event.data).others; heard("viewers"); }); // to desk.js
    source.addEventListener("reload", () => { source.close(); location.reload(); });
    source.addEventListener("feed", (event) => {
      const told = JSON.parse(event.data);
      cursor = told.id;
      if (told.sentence) { const news = $("#news"); news.textContent = told.sentence; news.classList.remove("calm"); delete news.dataset.to; news.hidden = false; }
      heard("told", told); // alerts.js and visits.js listen
      refreshList(told.customer);
      refreshTroubles(told.kind);
      if (told.for && String(told.for) === body.dataset.me) callMe(told);
      if (thread && String(told.customer) === thread.dataset.customer) refreshThread();
    });
    source.addEventListener("error", () => {
      connected(false);
      if (source.readyState === EventSource.CLOSED) { clearTimeout(redial); redial = setTimeout(connect, 30000); }
    });
  }
  let redial = 0;
  function reconnect() { clearTimeout(redial); if (source) source.close(); connect(); refreshAll(); }
  addEventListener("online", reconnect);
  addEventListener("offline", () => connected(false));
  function callMe(told) {
    const news = $("#news");
    news.textContent = told.kind === "mention" ? body.dataset.called : body.dataset.back;
    news.dataset.to = `/inbox/c/${told.customer}`;
    news.classList.add("calm");
    news.hidden = false;
    setTimeout(() => { if (news.classList.contains("calm")) news.hidden = true; }, 8000); // it stays under 提到我
  }

  $("#news").addEventListener("click", (event) => {
    event.currentTarget.hidden = true;
    if (event.currentTarget.dataset.to) location.assign(event.currentTarget.dataset.to);
  });

  // -- the log stays where the reader is
  let followed = true, height = 0;
  const toEnd = () => { if (log) log.scrollTop = log.scrollHeight; };
  document.addEventListener("htmx:beforeSwap", () => { followed = atEnd(); height = log ? log.scrollHeight : 0; });
  // At once, before the next frame: the button of the page before last would be seen and fetch that too.
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    if (target && target.closest && target.closest(".older, #log") && target.id !== "latest" && !followed) {
      log.scrollTop += log.scrollHeight - height;
      height = log.scrollHeight; // htmx says so once for each new element
    }
  });
  document.addEventListener("htmx:afterSettle", () => { tick(); compose(); });
  document.addEventListener("htmx:oobAfterSwap", (event) => { if (event.detail.target.id === "latest" && followed) toEnd(); });
  document.addEventListener("changed", () => refreshList());

  // -- composer
  function compose() {
    const box = $("#composer");
    if (!box) return;
    const meter = $("#meter"), shut = meter && meter.dataset.window === "shut";
    const reply = $("#way-reply");
    if (reply) {
      $("textarea", reply).disabled = shut;
      $("button.primary", reply).disabled = shut;
    }
    picture(shut);
    const shown = box.dataset.way === "closed" ? "reply" : box.dataset.way;
    for (const tab of all(".ways [data-to]", box)) tab.setAttribute("aria-pressed", tab.dataset.to === shown);
    for (const form of all("form.way", box)) if (!$("[name=since]", form)) form.insertAdjacentHTML("beforeend", '<input type="hidden" name="since"><input type="hidden" name="seen">');
    for (const field of all("[name=since]", box)) field.value = $("#latest").dataset.first;
    for (const field of all("[name=seen]", box)) field.value = thread.dataset.seen;
    for (const form of all("#way-sms, #way-template", box)) chosen(form);
    sms();
  }
  function chosen(form) {
    const picked = $("input[name=template]:checked", form);
    if (picked) for (const each of all(".template", form)) $(".fields", each).disabled = !each.contains(picked);
  }
  function sms() {
    const form = $("#way-sms"), picked = form && $("input[name=template]:checked", form);
    if (!picked) return;
    const choice = picked.closest(".template");
    const values = Object.fromEntries(all(".fields input", choice).map((input) => [input.name, input.value || "＿＿"]));
    const text = choice.dataset.text.replace(/\$\{(\w+)\}/g, (_, name) => values[name]);
    const segments = text.length <= 70 ? 1 : Math.ceil(text.length / 67);
    $(".preview", form).textContent = text;
    const count = $(".count", form);
    count.textContent = fill(count.dataset.words, { n: text.length, s: segments, p: (segments * choice.dataset.price).toFixed(3) });
  }
  // A picture is shown before it is sent; a data: address is what the page's policy allows.
  function picture(shut) {
    const form = $("#way-image"), field = form && $("[name=picture]", form);
    if (!field) return;
    const file = field.files[0], shown = $(".chosen", form), name = $(".pick-picture span", form);
    field.disabled = shut;
    $("button.primary", form).disabled = shut || !file;
    field.setCustomValidity(file && file.size > field.dataset.most ? field.dataset.tooLarge : "");
    name.textContent = file ? file.name : name.dataset.none;
    if (!file || !field.validity.valid) { shown.hidden = true; shown.file = null; return; }
    if (shown.file === file) return;
    shown.file = file;
    const reader = new FileReader();
    reader.addEventListener("load", () => { if (shown.file === file) { shown.src = reader.result; shown.hidden = false; } });
    reader.readAsDataURL(file);
  }
  document.addEventListener("change", (event) => {
    if (!event.target.matches("#way-image [name=picture]")) return;
    compose();
    if (event.target.files.length) event.target.reportValidity();
  });
  async function copied(button) {
    // Over plain http, in an office's own network, a browser has no navigator.clipboard; it may also refuse it.
    try { await navigator.clipboard.writeText(button.dataset.copy); } catch { if (!copiedByHand(button)) return; }
    button.textContent = button.dataset.done;
  }
  function copiedByHand(button) {
    const field = Object.assign(document.createElement("textarea"), { value: button.dataset.copy });
    Object.assign(field.style, { position: "fixed", opacity: 0 }); // the thread does not jump
    button.after(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    button.focus();
    return done;
  }
  function way(name, focus = true) {
    const box = $("#composer");
    if (!box) return;
    const last = atEnd();
    const meter = $("#meter"), shut = meter && meter.dataset.window === "shut";
    box.dataset.way = name === "reply" && shut ? "closed" : name;
    compose();
    if (last) toEnd(); // the composer may have grown over the last line
    const field = $(`#way-${name} textarea, #way-${name} .fields:enabled input:placeholder-shown`) || $(`#way-${name} textarea`);
    if (focus && field) field.focus();
  }
  // htmx sends no value of a button outside its form, so the word goes in before the form is submitted.
  function confirmed(button) {
    let field = $("[name=anyway]", button.form);
    if (!field) button.form.append(field = Object.assign(document.createElement("input"), { type: "hidden", name: "anyway" }));
    field.value = button.value;
  }
  document.addEventListener("input", (event) => { const form = event.target.closest("#way-sms, #way-template"); if (form) { chosen(form); sms(); } });
  document.addEventListener("click", (event) => {
    const on = (where) => event.target.closest(where);
    let hit;
    if ((hit = on("[data-to]"))) way(hit.dataset.to);
    else if ((hit = on("[data-copy]"))) copied(hit);
    else if ((hit = on("[data-dialog]"))) { const sheet = $(`#${hit.dataset.dialog}`); sheet.showModal(); $("textarea", sheet).focus(); }
    else if ((hit = on("#notice [name=anyway]"))) confirmed(hit);
    else if ((hit = on("[data-rework]"))) { $("#notice").replaceChildren(); $("textarea, .fields:enabled input[name]:last-of-type", $(`#${hit.dataset.rework}`)).focus(); }
    else if ((hit = on("[data-close]"))) hit.closest("dialog").close();
    else if (on("[data-drawer]")) body.classList.toggle("drawn");
    else if (on("#fresh")) applyList();
    else if (on("#reconnect")) reconnect();
    else if (!on(".me, .more, .places")) all(".me[open], .more[open], .places[open]").forEach((menu) => { menu.open = false; });
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (event.detail.successful && form.closest && form.closest("dialog")) form.closest("dialog").close();
  });
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.elt.closest("#composer, #strip, #head")) { const notice = $("#notice"); if (notice) notice.textContent = ""; } });

  // -- keys
  function step(by) {
    const rows = all(".row");
    if (!rows.length) return;
    const from = rows.includes(document.activeElement) ? document.activeElement : $(".row[aria-current]");
    const at = rows.indexOf(from);
    rows[Math.max(0, Math.min(rows.length - 1, at + by))].focus();
  }
  // F6 walks the panes that can be seen, each by its own place.
  function walk(by) {
    const panes = [".rail a[aria-current]", "#pane-list", "#main", "#composer textarea", "#context"].map((where) => $(where))
      .filter((pane) => pane && pane.offsetParent !== null && getComputedStyle(pane).visibility !== "hidden");
    if (!panes.length) return;
    const here = document.activeElement;
    const at = panes.findLastIndex((pane) => pane === here || pane.contains(here));
    panes[(at + by + panes.length) % panes.length].focus();
  }
  const press = (where) => { const button = $(where); if (button && !button.disabled) button.click(); };
  const KEYS = {
    j: () => step(1), k: () => step(-1),
    n: () => press(".row[data-has-due]:not([aria-current])"), c: () => press("#claim button"), i: () => way("note"),
    r: () => way("reply"), e: () => press("[data-main]"), t: () => press("#open-transfer"), s: () => press("#open-later"),
    "/": () => { const field = $("#q"); if (field) { field.focus(); field.select(); } },
    ".": applyList, "]": () => body.classList.toggle("drawn"), "?": () => $("#keys").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return; // 229: Safari ends a composition with it
    if (event.key === "F6") { event.preventDefault(); return walk(event.shiftKey ? -1 : 1); }
    if (event.key === "Escape") {
      body.classList.remove("drawn");
      if (typing) event.target.blur();
      return;
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && typing && event.target.form) {
      event.preventDefault();
      event.target.form.requestSubmit($("button.primary", event.target.form));
      return;
    }
    const wide = matchMedia("(pointer: fine)").matches; // on a telephone Enter is a new line
    if (event.key === "Enter" && !event.shiftKey && wide && event.target.matches("[data-enter]")) {
      event.preventDefault();
      event.target.form.requestSubmit($("button.primary", event.target.form));
      return;
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
    if (body.dataset.keys === "off" && event.key !== "?") return;
    const act = KEYS[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  // What is said on top stands below the banners, whatever these grow to; of many tabs the current one is in sight.
  const banners = $("#banners");
  new ResizeObserver(() => body.style.setProperty("--banners", `${banners.offsetHeight}px`)).observe(banners);
  for (const tab of all(".tabs [aria-current]")) tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;

  window.desk = { way, compose, refreshList, refreshThread, toEnd, atEnd, applyList, page, linked: null, others: null };
  tick(); compose(); toEnd();
  setInterval(tick, 1000);
  connect();
  addEventListener("pagehide", () => { if (source) source.close(); });
  addEventListener("pageshow", (event) => { if (event.persisted) { desk.linked = null; reconnect(); } });
})();
