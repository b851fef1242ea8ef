"use strict";
// Alerts in the browser: notification and sound for who asked for them, pages until somebody has them, heartbeat.
(() => {
  const body = document.body, LEVELS = ["note", "normal", "urgent", "page"];
  const token = JSON.parse(body.getAttribute("hx-headers"))["X-CSRFToken"];
  const loud = (level) => level === "page" || LEVELS.indexOf(level) >= LEVELS.indexOf(body.dataset.lowest);

  // -- heartbeat: a page nobody touched for a quarter of an hour says nothing, and its reader counts as away
  const BEAT_MS = 25000, IDLE_MS = 900000;
  let touched = Date.now();
  for (const sign of ["pointerdown", "keydown", "focus"]) addEventListener(sign, () => { touched = Date.now(); }, true);
  async function beat() {
    if (Date.now() - touched > IDLE_MS) return;
    try {
      const answer = await fetch(body.dataset.beat, { method: "POST", headers: { "X-CSRFToken": token } });
      const state = answer.ok ? await answer.text() : "", dot = document.getElementById("there");
      if (["online", "away"].includes(state)) dot.className = `there ${state}`;
    } catch { /* the connection's own dot says so */ }
  }
  beat();
  setInterval(beat, BEAT_MS);

  // -- sound: a browser plays none before the first touch of the page, so it is made then
  let audio = null;
  addEventListener("pointerdown", () => { if (body.dataset.sound && !audio) audio = new AudioContext(); });
  function ring(times) {
    if (!body.dataset.sound || !audio) return;
    for (let turn = 0; turn < times; turn += 1) {
      const tone = audio.createOscillator(), volume = audio.createGain(), at = audio.currentTime + turn * 0.45;
      tone.frequency.value = times > 1 ? 988 : 740;
      volume.gain.setValueAtTime(0.0001, at);
      volume.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.35);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.4);
    }
    body.dataset.rung = String(Number(body.dataset.rung || 0) + times);
  }
  function show(told) {
    if (!body.dataset.browser || !("Notification" in window) || Notification.permission !== "granted") return;
    const note = new Notification(told.words, { tag: `huifang-${told.id}`, icon: "/static/icon.svg", requireInteraction: told.level === "page" });
    note.addEventListener("click", () => {
      window.focus();
      location.assign(told.customer ? `/inbox/c/${told.customer}` : "/inbox");
    });
  }
  // Several windows of one reader: the first to write its stamp makes the noise.
  function first(id) {
    if (Number(localStorage.getItem("huifang-rung") || 0) >= id) return false;
    localStorage.setItem("huifang-rung", String(id));
    return true;
  }

  // -- pages: the banner is fetched anew with each alert, and gone once somebody said that they have it
  const pages = document.getElementById("pages");
  const refresh = () => htmx.ajax("GET", body.dataset.pages, { source: "#pages", target: "#pages", swap: "innerHTML" });
  setInterval(() => { if (pages.children.length) refresh(); }, 20000);
  document.addEventListener("told", (event) => {
    const told = event.detail;
    if (told.kind !== "alert") return;
    if (told.level === "page") refresh();
    if (!told.rings || !loud(told.level) || !first(told.id)) return;
    show(told);
    ring(told.level === "page" ? 3 : 1);
  });

  // -- the member's own page: the browser is asked by the press that wants it
  const form = document.getElementById("notice-form");
  if (!form) return;
  const box = form.elements.browser, words = document.getElementById("permission");
  function say(text) { words.textContent = text; words.hidden = !text; }
  async function ask() {
    if (!box.checked) return say("");
    if (!("Notification" in window)) { box.checked = false; return say(form.dataset.none); }
    const answer = Notification.permission === "default" ? await Notification.requestPermission() : Notification.permission;
    if (answer === "granted") return say("");
    box.checked = false;
    say(form.dataset.refused);
  }
  box.addEventListener("change", ask);
  if (box.checked && "Notification" in window && Notification.permission === "denied") say(form.dataset.refused);
})();
