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

  // -- live: an event carries ids, the page fetches the fragment, so permission is asked twice
  const list = $("#list"), thread = $("[data-customer]"), log = $("#log"), fresh = $("#fresh");
  let waiting = 0, listDue = 0, threadDue = 0, polling = 0, source = null;
  const atEnd = () => !log || log.scrollHeight - log.scrollTop - log.clientHeight < 80;

  function listUrl() {
    const form = $(".list .search");
    return form ? `${form.getAttribute("hx-get")}?${new URLSearchParams(new FormData(form))}` : list.dataset.url;
  }
  function applyList() {
    waiting = 0;
    if (fresh) fresh.hidden = true;
    if (list) htmx.ajax("GET", listUrl(), { target: "#list", swap: "innerHTML" });
  }
  function refreshList() {
    if (!list) return;
    clearTimeout(listDue);
    listDue = setTimeout(() => {
      if (!list.matches(":hover")) return applyList();
      waiting += 1; // new arrivals never move the row under the cursor
      fresh.textContent = fill(fresh.dataset.words, { "": waiting });
      fresh.hidden = false;
    }, 150);
  }
  function refreshThread() {
    if (!thread) return;
    clearTimeout(threadDue);
    threadDue = setTimeout(() => {
      if ($("dialog[open]")) return refreshThreadLater();
      htmx.ajax("GET", `${thread.dataset.live}?since=${$("#latest").dataset.first}`, { target: "#latest", swap: "none" });
    }, 100);
  }
  function refreshThreadLater() {
    clearTimeout(threadDue);
    threadDue = setTimeout(refreshThread, 2000);
  }
  // An answer on its way when a dialog opened never takes the half-written plan away; the dialog's own answer may.
  let fromDialog = false;
  document.addEventListener("htmx:beforeOnLoad", (event) => { fromDialog = Boolean(event.detail.elt.closest("dialog")); });
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (fromDialog || !$("dialog[open]", event.detail.target)) return;
    event.preventDefault();
    refreshThreadLater();
  });
  // -- what a provider refuses to everybody: it comes with an alert, and goes with any message that was accepted
  const troubles = $("#troubles");
  function refreshTroubles(kind) {
    if (kind === "alert" || troubles.children.length) htmx.ajax("GET", troubles.dataset.url, { target: "#troubles", swap: "innerHTML" });
  }
  setInterval(refreshTroubles, 60000);
  function refreshAll() { refreshList(); refreshThread(); }

  function connected(yes) {
    const dot = $("#link");
    dot.classList.toggle("off", !yes);
    if (!yes) dot.title = dot.dataset.off;
    clearInterval(polling);
    if (!yes) polling = setInterval(refreshAll, 10000);
  }
  let cursor = body.dataset.cursor;
  function connect() {
    source = new EventSource(`/events?after=${cursor}`);
    source.addEventListener("open", () => { connected(true); });
    source.addEventListener("beat", (event) => { ahead = Date.parse(JSON.parse(event.data).now) - Date.now(); tick(); });
    source.addEventListener("reload", () => { source.close(); location.reload(); });
    source.addEventListener("feed", (event) => {
      const told = JSON.parse(event.data);
      cursor = told.id;
      if (told.sentence) { const news = $("#news"); news.textContent = told.sentence; news.hidden = false; }
      refreshList();
      refreshTroubles(told.kind);
      if (thread && String(told.customer) === thread.dataset.customer) refreshThread();
    });
    source.addEventListener("error", () => {
      connected(false);
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 30000);
    });
  }

  $("#news").addEventListener("click", (event) => { event.currentTarget.hidden = true; });

  // -- the log stays where the reader is
  let followed = true, height = 0;
  const toEnd = () => { if (log) log.scrollTop = log.scrollHeight; };
  document.addEventListener("htmx:beforeSwap", () => { followed = atEnd(); height = log ? log.scrollHeight : 0; });
  document.addEventListener("htmx:afterSettle", (event) => {
    const target = event.detail.target;
    if (target && target.closest && target.closest(".older, #log") && target.id !== "latest" && !followed) log.scrollTop += log.scrollHeight - height;
    tick(); compose();
  });
  document.addEventListener("htmx:oobAfterSwap", (event) => { if (event.detail.target.id === "latest" && followed) toEnd(); });
  document.addEventListener("changed", refreshList);

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
    for (const tab of all("[data-to]", box)) tab.setAttribute("aria-selected", tab.dataset.to === box.dataset.way);
    for (const form of all("form.way", box)) if (!$("[name=since]", form)) form.insertAdjacentHTML("beforeend", '<input type="hidden" name="since">');
    for (const field of all("[name=since]", box)) field.value = $("#latest").dataset.first;
    sms();
  }
  function sms() {
    const form = $("#way-sms"), picked = form && $("input[name=template]:checked", form);
    if (!picked) return;
    for (const each of all(".template", form)) $(".fields", each).disabled = !each.contains(picked);
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
    try { await navigator.clipboard.writeText(button.dataset.copy); } catch { return; }
    button.textContent = button.dataset.done;
  }
  function way(name, focus = true) {
    const box = $("#composer");
    if (!box) return;
    const last = atEnd();
    box.dataset.way = name;
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
  document.addEventListener("input", (event) => { if (event.target.closest("#way-sms")) sms(); });
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
    else if (!on(".me")) all(".me[open]").forEach((menu) => { menu.open = false; });
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
  const press = (where) => { const button = $(where); if (button && !button.disabled) button.click(); };
  const KEYS = {
    j: () => step(1), k: () => step(-1),
    n: () => press(".row[data-has-due]:not([aria-current])"), c: () => press("#claim button"), i: () => way("note"),
    r: () => way($("#meter") && $("#meter").dataset.window === "open" ? "reply" : "sms"),
    "/": () => { const field = $("#q"); if (field) { field.focus(); field.select(); } },
    ".": applyList, "]": () => body.classList.toggle("drawn"), "?": () => $("#keys").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, textarea, select");
    if (event.isComposing) return;
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
    if (typing || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
    const act = KEYS[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  tick(); compose(); toEnd();
  setInterval(tick, 1000);
  connect();
  addEventListener("pagehide", () => { if (source) source.close(); });
})();
