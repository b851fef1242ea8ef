"use strict";
// The queue of the showroom keeps itself fresh: a visit told by the stream fetches it anew, save while somebody chooses.
(() => {
  const queue = document.getElementById("visits");
  if (!queue) return;
  let due = 0;
  const busy = () => Boolean(document.activeElement && document.activeElement.closest("#visits select"));
  function refresh() {
    clearTimeout(due);
    due = setTimeout(() => {
      if (busy()) refresh();
      else htmx.ajax("GET", queue.dataset.url, { source: "#visits", target: "#visits", swap: "innerHTML" });
    }, busy() ? 2000 : 150);
  }
  document.addEventListener("told", (event) => { if (event.detail.kind === "visit") refresh(); });
  setInterval(refresh, 30000);
})();
