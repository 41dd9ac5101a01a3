// The board: looks now and then whether something is new, and shows it where that disturbs nobody; copies ready texts.
(() => {
  "use strict";
  const main = document.querySelector("main.board"), fresh = document.getElementById("fresh");
  const told = document.getElementById("told"), EVERY = 15000;

  document.querySelectorAll("button.copy").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.of);
      try {
        await navigator.clipboard.writeText(text.value);
        told.textContent = main.dataset.copied;
      } catch (error) {
        // A browser without it, or one that refuses: the text is selected for a long press.
        text.focus();
        text.select();
        told.textContent = main.dataset.byHand;
      }
    });
  });

  if (!main.dataset.look) return;
  const isBusy = () => document.querySelector("main :checked:not(option), main details details[open], .cards details[open]")
    || main.contains(document.activeElement) || window.scrollY > 400 || new URLSearchParams(location.search).has("from");
  const look = async () => {
    if (document.visibilityState !== "visible") return;
    try {
      const answer = await fetch(main.dataset.look, { headers: { Accept: "application/json" } });
      if (!answer.ok || (await answer.json()).version === main.dataset.version) return;
      // Whoever chooses or writes is not disturbed: a button says that there is news.
      if (isBusy()) fresh.hidden = false;
      else location.reload();
    } catch (error) { /* No line just now: it is tried again. */ }
  };
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
})();
