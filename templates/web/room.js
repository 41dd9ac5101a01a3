// The room's page, alive: listens after a cursor, resumes whole, sends what was typed exactly once.
(() => {
  const root = document.getElementById("room");
  if (!root) return;
  const { base, role } = root.dataset, words = JSON.parse(root.dataset.words);
  const log = document.getElementById("log"), polls = document.getElementById("polls");
  const line = document.getElementById("line"), form = document.getElementById("say");
  let cursor = +root.dataset.cursor, source = null, heard = 0, retry = 0, asking = false;
  const skew = Date.parse(root.dataset.now) - Date.now();

  const make = (tag, name, text) => {
    const node = document.createElement(tag);
    if (name) node.className = name;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const nearEnd = () => innerHeight + scrollY > document.body.scrollHeight - 240;
  const state = (up) => {
    document.body.classList.toggle("off", !up);
    line.textContent = up ? words.online : words.offline;
  };

  const said = (f) => {
    const box = make("article", f.kind === "message" ? "said by-" + f.role : "card " + f.kind);
    box.id = "m" + f.seq;
    const who = make("p", "who");
    who.append(make("b", "", f.kind === "message" ? f.name : words[f.kind]));
    if (f.kind === "message" && f.role !== "member") who.append(" ", make("i", "", words[f.role]));
    who.append(" ", make("time", "", f.clock));
    const text = make("p", "text", f.text);
    if (f.reply_to) {
      const link = make("a", "", "↳ ");
      link.href = "#m" + f.reply_to;
      text.prepend(link);
    }
    box.append(who, text);
    if (f.kind === "message") box.addEventListener("dblclick", () => reply(f));
    return box;
  };

  const CARDS = ["precautions", "prompt", "notice", "recap"];
  const reload = () => location.reload();
  const take = (f) => {
    if (f.seq <= cursor) return;
    cursor = f.seq;
    const follow = nearEnd();
    if (f.kind === "message" || CARDS.includes(f.kind)) log.append(said(f));
    else if (f.kind === "section") {
      const head = make("h2", "part", f.text + " ");
      head.append(make("small", "", f.minutes + " " + words.minutes));
      log.append(head);
      const now = document.getElementById("section");
      if (now) now.textContent = f.text;
    } else if (f.kind === "hidden") document.getElementById("m" + f.message)?.remove();
    else if (f.kind === "poll") {
      const card = make("p", "card poll-card"), link = make("a", "", f.text);
      link.href = "#poll-" + f.poll;
      card.append(make("b", "", words.poll), " ", link);
      log.append(card);
      refreshPolls();
    } else if (f.kind === "poll_closed") refreshPolls();
    else if (f.kind === "closed" || f.kind === "report") setTimeout(reload, 1500 * Math.random());
    if (follow) scrollTo(0, document.body.scrollHeight);
  };
  const count = (c) => {
    for (const [id, votes] of Object.entries(c.polls)) {
      const box = document.getElementById("poll-" + id);
      if (!box) continue;
      const all = votes.reduce((a, b) => a + b, 0);
      box.querySelector(".total").textContent = all;
      box.querySelectorAll(".option").forEach((option, k) => {
        option.querySelector("b").textContent = votes[k];
        const meter = option.querySelector("meter");
        meter.max = all || 1;
        meter.value = votes[k];
      });
    }
    const left = document.getElementById("seats-left"), waiting = document.getElementById("waiting");
    if (left) left.textContent = c.seats_left;
    if (waiting) waiting.textContent = c.waiting;
  };
  const refreshPolls = async () => {
    const page = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (!page.ok) return;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").getElementById("polls");
    if (fresh) polls.replaceChildren(...fresh.childNodes);
  };

  const listen = () => {
    source?.close();
    heard = Date.now();
    source = new EventSource(`${base}/stream?after=${cursor}`);
    const alive = () => { heard = Date.now(); retry = 0; state(true); flush(); };
    source.onopen = alive;
    source.onmessage = (e) => { alive(); take(JSON.parse(e.data)); };
    source.addEventListener("counts", (e) => { alive(); count(JSON.parse(e.data)); });
    source.addEventListener("pulse", alive);
    source.onerror = () => {
      source.close();
      state(false);
      retry = Math.min(retry + 1, 6);
      setTimeout(ask, 300 * 2 ** retry * (0.5 + Math.random()));
    };
  };
  // Where streams do not pass: the same frames by asking, with the same cursor.
  const ask = async () => {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch(`${base}/entries?after=${cursor}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw answer.status;
      const page = await answer.json();
      page.frames.forEach(take);
      count(page.counts);
      listen();
    } catch (error) {
      state(false);
      retry = Math.min(retry + 1, 6);
      setTimeout(ask, 300 * 2 ** retry * (0.5 + Math.random()));
    } finally {
      asking = false;
    }
  };
  const back = () => { if (document.visibilityState === "visible") ask(); };
  document.addEventListener("visibilitychange", back);
  addEventListener("pageshow", (e) => e.persisted && back());
  addEventListener("online", back);
  setInterval(() => {
    if (Date.now() - heard > 21000) ask();
    const left = document.getElementById("left");
    const s = Math.max(0, Math.round((Date.parse(root.dataset.closes) - Date.now() - skew) / 1000));
    const two = (n) => String(n).padStart(2, "0");
    left.textContent = s > 86400 ? left.textContent : (s >= 3600 ? Math.floor(s / 3600) + ":" : "") + two(Math.floor(s / 60) % 60) + ":" + two(s % 60);
  }, 1000);

  // What was typed is kept until the server has it; its id makes a second sending harmless.
  const key = "salon-unsent-" + base;
  let unsent = [];
  try { unsent = JSON.parse(sessionStorage.getItem(key)) || []; } catch (error) { unsent = []; }
  const keep = () => { try { sessionStorage.setItem(key, JSON.stringify(unsent)); } catch (error) { /* private mode */ } };
  let sending = false;
  const flush = async () => {
    if (sending || !unsent.length) return;
    sending = true;
    try {
      while (unsent.length) {
        const answer = await fetch(`${base}/messages`, {
          method: "POST",
          headers: { "Content-Type": "application/json", Accept: "application/json" },
          body: JSON.stringify(unsent[0]),
        });
        if (answer.status >= 500) return;
        unsent.shift();
        keep();
      }
    } catch (error) { state(false); } finally { sending = false; }
  };
  const reply = (f) => {
    if (!form) return;
    form.elements.reply_to.value = f.seq;
    const note = document.getElementById("replying");
    note.hidden = false;
    note.textContent = "↳ " + f.name + ": " + f.text.slice(0, 40);
    form.elements.text.focus();
  };
  const post = async (action, option) => {
    const body = new URLSearchParams({ option });
    const answer = await fetch(action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.ok) refreshPolls();
  };
  form?.addEventListener("submit", (e) => {
    e.preventDefault();
    const text = form.elements.text.value.trim();
    if (!text) return;
    const id = [...crypto.getRandomValues(new Uint8Array(8))].map((n) => n.toString(16).padStart(2, "0")).join("");
    unsent.push({ text, client_id: id, reply_to: form.elements.reply_to.value });
    keep();
    form.reset();
    document.getElementById("replying").hidden = true;
    flush();
  });
  form?.elements.text.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); form.requestSubmit(); }
  });
  polls.addEventListener("submit", (e) => {
    if (!e.submitter) return;
    e.preventDefault();
    post(e.target.action, e.submitter.value);
  });
  listen();
})();
