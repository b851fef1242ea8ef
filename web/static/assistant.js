// The assistant's buttons: a draft goes into the field beside them, a failure into one sentence. Nothing is sent.
(() => {
  const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  const say = (button, words) => { const place = button.parentElement.querySelector("[data-assist-said]"); place.textContent = words; };
  const ask = async (button) => {
    const field = document.querySelector(button.dataset.into);
    button.disabled = true;
    say(button, button.dataset.wait);
    try {
      const body = new URLSearchParams({ answer: field.value });
      const answer = await fetch(button.dataset.assist, { method: "POST", headers, body });
      const told = await answer.json();
      say(button, told.said || "");
      if (told.draft) {
        const replace = "replace" in button.dataset || !field.value.trim();
        field.value = replace ? told.draft : `${field.value.trimEnd()}\n${told.draft}`;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.focus();
      }
    } catch {
      say(button, button.dataset.failed);
    } finally {
      button.disabled = false;
    }
  };
  document.addEventListener("click", (event) => { const button = event.target.closest("[data-assist]"); if (button) ask(button); });
})();
