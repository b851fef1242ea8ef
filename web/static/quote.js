// Adds up what is agreed to while the customer chooses. The page works without it; the server adds up again.
"use strict";
const running = document.querySelector(".running");
const yuan = (fen) => `${Math.floor(fen / 100).toLocaleString("en-US")}.${String(fen % 100).padStart(2, "0")}`;

function addUp() {
  const agreed = [...document.querySelectorAll("input[data-fen]:checked")];
  const fen = agreed.reduce((sum, input) => sum + Number(input.dataset.fen), Number(running.dataset.agreed));
  running.querySelector(".count").textContent = agreed.length + Number(running.dataset.count);
  running.querySelector(".fens").textContent = yuan(fen);
  running.hidden = false;
}

if (running) {
  document.querySelector("form").addEventListener("change", addUp);
  window.addEventListener("pageshow", addUp);
}
