// The page of those who lead: marks on messages, minutes that pass, and the console looked at again now and then.
(() => {
  const room = document.getElementById("room"), log = document.getElementById("log"), sheet = document.getElementById("mark");
  if (!room || !sheet) return;
  const skew = Date.parse(room.dataset.now) - Date.now(), note = document.getElementById("note");
  const renew = () => document.dispatchEvent(new CustomEvent("renew", { detail: "console" }));
  const text = document.getElementById("mark-text"), close = document.getElementById("mark-close");
  let opener = null;

  // A message that comes is not silence; a card may have moved the plan.
  const said = () => {
    const silence = document.getElementById("silence");
    if (silence) silence.dataset.since = new Date(Date.now() + skew).toISOString();
    tick();
  };
  const dress = (box) => {
    if (!box.matches?.(".said[id]") || box.querySelector(".mark")) return;
    const link = document.createElement("a"), seq = box.id.slice(1);
    link.className = "mark";
    link.href = `?mark=${seq}#mark`;
    link.textContent = sheet.dataset.word;
    link.setAttribute("aria-label", `${sheet.dataset.word}: ${box.querySelector("b").textContent}`);
    const reply = box.querySelector(".who .reply");
    if (reply) reply.before(link);
    else box.querySelector(".who").append(link);
  };
  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node.nodeType === 1);
    added.forEach(dress);
    if (added.some((node) => node.matches(".said,.card.question"))) said();
    if (added.some((node) => node.matches(".part,.card"))) renew();
  }).observe(log, { childList: true });

  // Minutes are worked out here, from times that the server gave.
  const tick = () => document.querySelectorAll("#console [data-since]").forEach((box) => {
    const minutes = Math.max(0, Math.floor((Date.now() + skew - Date.parse(box.dataset.since)) / 60000));
    (box.tagName === "B" ? box : box.querySelector("b")).textContent = minutes;
    if (!box.dataset.limit) return;
    const late = minutes >= +box.dataset.limit;
    if (box.id === "silence") box.hidden = !late;
    else box.classList.toggle("alarm", late);
  });
  setInterval(tick, 5000);
  // Shares, drift and a talk that strays change slowly.
  setInterval(() => { if (document.visibilityState === "visible") renew(); }, 60000);

  const shut = () => { sheet.hidden = true; opener?.focus(); };
  document.addEventListener("click", (e) => {
    const link = e.target.closest("a.mark");
    if (!link) return;
    e.preventDefault();
    const box = link.closest(".said");
    opener = link;
    sheet.elements.message.value = box.id.slice(1);
    text.textContent = `${box.querySelector("b").textContent}: ${box.querySelector(".text").textContent.slice(0, 60)}`;
    sheet.hidden = false;
    sheet.querySelector("button").focus();
  });
  close.addEventListener("click", (e) => { e.preventDefault(); shut(); });
  sheet.addEventListener("keydown", (e) => { if (e.key === "Escape") shut(); });
  sheet.addEventListener("submit", async (e) => {
    e.preventDefault();
    const body = JSON.stringify({ do: e.submitter.value, message: sheet.elements.message.value });
    try {
      const answer = await fetch(sheet.action, { method: "POST", body, headers: { Accept: "application/json", "Content-Type": "application/json" } });
      const told = await answer.json();
      note.textContent = answer.ok ? `${sheet.dataset.done} ${e.submitter.textContent}` : told.say;
      shut();
    } catch (error) { /* The sheet stays: one more tap sends it again, and a mark counts once. */ }
  });
})();
