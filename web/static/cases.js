"use strict";
// The board and a case by keyboard: j/k move, x picks, letters open a step. Everything also works without.
(() => {
  const all = (where) => [...document.querySelectorAll(where)];
  const cards = () => all(".case .body");
  function move(by) {
    const links = cards();
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    links[Math.max(0, Math.min(links.length - 1, at + by))].focus();
  }
  function pick() {
    const card = document.activeElement.closest(".case");
    const box = card && card.querySelector("[name=case]");
    if (box) { box.checked = !box.checked; count(); }
  }
  function count() {
    const out = document.querySelector("#picked");
    if (out) out.textContent = all("[name=case]:checked").length;
  }
  function open(key) {
    const step = all(".deed[data-key]").find((each) => each.dataset.key === key);
    if (!step) return false;
    step.open = true;
    const field = step.querySelector("textarea, select, input:not([type=hidden]), form .button");
    if (field) field.focus();
    return true;
  }
  document.addEventListener("change", (event) => { if (event.target.name === "case") count(); });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox]), textarea, select")) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "x") pick();
    else if (!open(event.key)) return;
    event.preventDefault();
  });
  count();
})();
