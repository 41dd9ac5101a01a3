// The room's page, alive: listens after a cursor, resumes whole, sends what was typed exactly once.
(() => {
  const $ = (id) => document.getElementById(id);
  const root = $("room");
  if (!root) return;
  const { base, role } = root.dataset, words = JSON.parse(root.dataset.words);
  const log = $("log"), line = $("line"), end = $("end");
  const form = $("say"), note = $("note"), newer = $("newer");
  const program = { Accept: "application/json" };
  let cursor = +root.dataset.cursor;

  const make = (tag, name, ...inside) => {
    const node = document.createElement(tag);
    if (name) node.className = name;
    node.append(...inside);
    return node;
  };
  const state = (up) => {
    document.body.classList.toggle("off", !up);
    line.textContent = up ? words.online : words.offline;
  };

  // Who reads further up is never pulled down.
  const atEnd = () => end.getBoundingClientRect().top < innerHeight + 60;
  const toEnd = () => end.scrollIntoView({ block: "end" });
  const add = (node) => {
    const follow = atEnd();
    log.append(node);
    if (follow) toEnd();
    else if (newer) newer.hidden = false;
  };
  if (newer) {
    newer.onclick = toEnd;
    addEventListener("scroll", () => { if (atEnd()) newer.hidden = true; }, { passive: true });
  }

  // The line above what is being typed: what was refused, or else whom it replies to.
  const stop = $("unreply");
  const tell = (text) => {
    const to = form && $("m" + form.elements.reply_to.value);
    if (note) note.textContent = text || (to ? `↳ ${nameIn(to)}: ${to.querySelector(".text").textContent.slice(0, 40)}` : "");
    if (stop) stop.hidden = !to;
  };
  const nameIn = (box) => box?.querySelector("b").textContent || "";
  if (stop) stop.onclick = () => { form.elements.reply_to.value = ""; tell(); form.elements.text.focus(); };

  // What is said: the same blocks as in frames.html.
  const dress = (box) => {
    if (!form) return box;
    const button = make("button", "reply", words.reply);
    button.type = "button";
    button.setAttribute("aria-label", words.reply + ": " + nameIn(box));
    button.onclick = () => {
      form.elements.reply_to.value = box.id.slice(1);
      tell();
      form.elements.text.focus();
    };
    box.querySelector(".who").append(button);
    return box;
  };
  const said = (f) => {
    const isMessage = f.kind === "message", name = make("b", "", isMessage ? f.name : words[f.kind] + (f.name ? " · " + f.name : ""));
    const who = make("div", "who", name), text = make("p", "text", f.text);
    name.dir = text.dir = "auto";
    if (isMessage && f.role !== "member") who.append(" ", make("i", "", words[f.role]));
    who.append(" ", make("time", "", f.clock || ""));
    if (f.reply_to) {
      const link = make("a", "", "↳ " + nameIn($("m" + f.reply_to)));
      link.href = "#m" + f.reply_to;
      text.prepend(link, " ");
    }
    if (f.seq && (isMessage ? f.role === "member" : f.kind === "question") && /^(member|host)$/.test(role)) {
      const flag = make("a", "flag", words.flag);
      flag.href = `${base}/messages/${f.seq}`;
      who.append(flag);
    }
    const box = make("article", isMessage ? "said by-" + f.role : "card " + f.kind, who, text);
    if (!f.seq) return box;
    box.id = "m" + f.seq;
    if (isMessage && role === "host") {
      const hide = make("form", "", make("button", "", words.hide));
      hide.method = "post";
      hide.action = `${base}/messages/${f.seq}/hide`;
      who.append(hide);
    }
    return isMessage ? dress(box) : box;
  };

  // Polls are a part as well; the numbers that all may know come with the counts, for the others a sign to look again.
  const asked = () => {
    const link = $("asked"), open = document.querySelector("[data-part=polls] [data-asks]");
    if (link) link.hidden = !open;
    if (link && open) link.href = "#" + open.id;
    document.querySelectorAll("[data-of]").forEach((tab) => {
      const box = partOf(tab.dataset.of);
      tab.hidden = !box.firstElementChild;
      tab.lastChild.textContent = box.querySelectorAll("[data-asks]").length || "";
    });
    const on = document.querySelector("[data-goes-on]");
    // Not from under what is half typed.
    if (on && !changed(document).length) location = on.href;
  };
  const tally = (id, votes, [voters, whole, mean] = []) => {
    const box = $("poll-" + id), total = box?.querySelector(".total");
    if (!total) return;
    const all = votes.reduce((a, b) => a + b, 0);
    total.textContent = voters ?? all;
    if (mean) box.querySelector(".mean").textContent = mean;
    box.querySelectorAll(".option").forEach((option, k) => {
      option.querySelector("b").textContent = votes[k];
      const meter = option.querySelector("meter");
      meter.max = (whole ?? all) || 1;
      meter.value = votes[k];
    });
  };
  const count = (c) => {
    Object.entries(c.polls).forEach(([id, votes]) => tally(id, votes, c.whole?.[id]));
    if ($("here")) $("here").textContent = c.here;
    if ($("seats-left")) $("seats-left").textContent = c.seats_left, $("waiting").textContent = c.waiting;
    const shown = document.querySelector("[data-stirred]");
    if (shown && c.stirred && shown.dataset.stirred !== c.stirred) renew("polls");
  };

  // Parts that the server draws for each reader: a frame says which has changed, not how. What is being typed stays.
  const partOf = (name) => document.querySelector(`[data-part="${name}"]`), due = {};
  const isTyping = (box) => box.contains(document.activeElement) && document.activeElement.matches("textarea,select,input:not([type=checkbox],[type=radio])");
  // Only what its reader has changed is put back, into a new part or a new page: the rest is as the server has it now.
  const changed = (box) => [...box.querySelectorAll("input[id],textarea[id],select[id]")].filter((f) => f.type !== "hidden" && (f.options
    ? f.selectedIndex !== Math.max(0, [...f.options].findIndex((o) => o.defaultSelected)) : f.value !== f.defaultValue || f.checked !== f.defaultChecked));
  const putBack = (fields) => fields.forEach(({ id, value, checked }) => {
    const now = $(id);
    if (!now) return;
    now.value = value, now.checked = checked;
    for (let d = now.closest("details"); d; d = d.parentNode.closest("details")) d.open = true;
  });
  const load = (key) => { try { return JSON.parse(sessionStorage.getItem(key)) || []; } catch (error) { return []; } };
  const store = (key, value) => { try { sessionStorage.setItem(key, JSON.stringify(value)); } catch (error) { /* private mode */ } };
  const draft = "salon-draft-" + base, remember = () => store(draft, changed(document).map(({ id, value, checked }) => ({ id, value, checked })));
  document.addEventListener("input", remember);
  const renew = (name, wait = 300 + 1700 * Math.random()) => {
    if (!partOf(name)) return;
    clearTimeout(due[name]);
    due[name] = setTimeout(() => draw(name).catch(() => renew(name, 3000)), wait);
  };
  const draw = async (name) => {
    const box = partOf(name);
    if (isTyping(box)) return renew(name, 2000);
    const answer = await fetch(`${base}/parts/${name}`);
    if (!answer.ok) return;
    const html = await answer.text();
    if (isTyping(box)) return renew(name, 2000);
    const at = box.contains(document.activeElement) && document.activeElement.id;
    const fields = changed(box), open = [...box.querySelectorAll("details[id][open]")];
    const follow = atEnd();
    box.innerHTML = html;
    putBack(fields);
    open.forEach((d) => { if ($(d.id)) $(d.id).open = true; });
    if (at) $(at)?.focus();
    if (follow && name === "standing" && form) toEnd();
    remember();
    asked();
  };
  document.addEventListener("submit", async (e) => {
    const box = e.target.closest("[data-part]");
    if (!box) return;
    e.preventDefault();
    const body = {};
    new FormData(e.target, e.submitter).forEach((value, key) => { body[key] = key in body ? body[key] + "," + value : value; });
    try {
      const answer = await post(e.target.action, body), told = await answer.json();
      tell(told.say);
      if (answer.ok) e.target.reset(), remember();
      // Refused, too: what the page shows may be of before.
      if (isTyping(box)) document.activeElement.blur();
      renew(box.dataset.part, 0);
    } catch (error) { state(false); }
  });

  // What is said further up than this page goes is on the page with all of it.
  document.addEventListener("click", (e) => {
    const to = e.target.closest("a")?.getAttribute("href").match(/^(?:\?all)?(#(m\d+))$/);
    if (to) e.preventDefault(), location = ($(to[2]) ? "" : "?all") + to[1];
  });

  document.addEventListener("renew", (e) => renew(e.detail));

  const CARDS = ["message", "question", "precautions", "prompt", "notice", "recap"];
  const reload = () => setTimeout(() => location.reload(), 1500 * Math.random());
  const take = (f) => {
    if (f.seq <= cursor) return;
    cursor = f.seq;
    if (f.part) renew(f.part);
    if (f.closes_at) closes = Date.parse(f.closes_at);
    if (CARDS.includes(f.kind)) add(said(f));
    else if (f.kind === "section") {
      add(make("h2", "part", f.text + " ", make("small", "", f.minutes + " " + words.minutes)));
      if ($("now")) $("now").hidden = false, $("section").textContent = f.text;
      if ($("catchup")?.open) renew("catchup");
      else partOf("catchup")?.replaceChildren();
    } else if (f.kind === "hidden") {
      $("m" + f.message)?.remove();
      const recap = $("m" + f.recap)?.querySelector(".text");
      if (recap) recap.textContent = f.text;
    }
    else if (f.kind === "poll" || f.to) {
      const link = make("a", "", f.text);
      link.href = "#" + (f.to || "poll-" + f.poll);
      add(make("p", "card poll-card", make("b", "", words[f.kind]), " ", link));
    } else if (f.kind === "removed") reload();
    else if (f.kind === "closed" || f.kind === "report") partOf("afterwards") || reload();
  };

  // The line: a stream, and where streams do not pass the same frames by asking, with the same cursor.
  let source, timer, heard = Date.now(), fails = 0, isOpen = false, isDeaf = false, isAsking = false;
  const alive = () => { heard = Date.now(); fails = 0; state(true); flush(); };
  const listen = () => {
    source = new EventSource(`${base}/stream?after=${cursor}`);
    isOpen = false;
    const on = (what) => (e) => { isOpen = true; alive(); what?.(JSON.parse(e.data)); };
    source.onmessage = on(take);
    source.addEventListener("counts", on(count));
    source.addEventListener("pulse", on());
    source.onerror = retry;
  };
  const retry = () => {
    source?.close();
    state(false);
    clearTimeout(timer);
    timer = setTimeout(resume, Math.min(20000, 300 * 2 ** ++fails) * (0.5 + Math.random()));
  };
  const resume = async () => {
    if (isAsking) return;
    isAsking = true;
    clearTimeout(timer);
    source?.close();
    heard = Date.now();
    const giveUp = new AbortController(), patience = setTimeout(() => giveUp.abort(), 30000);
    try {
      const answer = await fetch(`${base}/entries?after=${cursor}${isDeaf ? "&wait" : ""}`, { headers: program, signal: giveUp.signal });
      if (answer.status === 403) return location.reload();
      if (!answer.ok) throw answer.status;
      const page = await answer.json();
      page.frames.forEach(take);
      count(page.counts);
      alive();
      timer = setTimeout(isDeaf ? resume : listen);
    } catch (error) {
      isDeaf = false;
      retry();
    } finally {
      clearTimeout(patience);
      isAsking = false;
    }
  };
  const back = () => { if (document.visibilityState === "visible") isDeaf = false, resume(); };
  document.addEventListener("visibilitychange", back);
  addEventListener("pageshow", (e) => e.persisted && back());
  addEventListener("online", back);
  addEventListener("offline", () => state(false));

  const skew = Date.parse(root.dataset.now) - Date.now(), two = (n) => String(n % 60).padStart(2, "0");
  let before = 0, closes = Date.parse(root.dataset.closes);
  const tick = () => {
    // A server that is there says something at once, and then every 15 s.
    if (Date.now() - heard > (isOpen ? 21000 : 6000) && !isAsking && !fails) isDeaf = !isOpen, resume();
    const s = Math.ceil((closes - Date.now() - skew) / 1000);
    if (form && s > 0 && s < 43200) $("left").textContent = `${words.left} ${s < 3600 ? "" : Math.floor(s / 3600) + ":"}${two(Math.floor(s / 60))}:${two(s)}`;
    if (s <= 0 && before > 0) reload();
    if (before !== s && !(s % 60) && role !== "member") renew("standing");
    before = s;
  };

  // What was typed is kept until the server has it; its id makes a second sending harmless.
  const key = "salon-unsent-" + base, waiting = make("div", "waiting");
  let unsent = load(key), isSending = false, rest = 0;
  log.after(waiting);
  const keep = () => store(key, unsent);
  const show = () => {
    const follow = atEnd();
    waiting.replaceChildren(...unsent.map((u) => said({ kind: "message", role: "member", name: words.sending, text: u.text })));
    if (follow) toEnd();
  };
  const post = (url, body) => fetch(url, { method: "POST", headers: { ...program, "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const flush = async () => {
    if (isSending || !unsent.length || Date.now() < rest) return;
    isSending = true;
    const slow = setTimeout(show, 800);
    try {
      while (unsent.length) {
        const answer = await post(base + "/messages", unsent[0]);
        if (answer.status >= 500) throw answer.status;
        // Who can be told something can be asked as well: the line need not wait out its pause.
        if (fails) resume();
        const told = await answer.json();
        // What waits for the host is told where it stands, until the host has decided.
        if (told.held && partOf("standing")) renew("standing", 0);
        else if (told.say) tell(told.say);
        if (told.seconds) {
          // Slow mode: it stays, and goes by itself when its time comes.
          rest = Date.now() + told.seconds * 1000;
          setTimeout(flush, told.seconds * 1000 + 200);
          break;
        }
        const { text } = unsent.shift();
        keep();
        if (!answer.ok && form && !form.elements.text.value) form.elements.text.value = text;
      }
    } catch (error) {
      state(false);
      setTimeout(flush, 3000);
    } finally {
      clearTimeout(slow);
      isSending = false;
      show();
    }
  };
  form?.addEventListener("submit", (e) => {
    e.preventDefault();
    const text = form.elements.text.value.trim();
    if (!text) return;
    const id = [...crypto.getRandomValues(new Uint8Array(8))].map((n) => n.toString(16).padStart(2, "0")).join("");
    unsent.push({ text, client_id: id, reply_to: form.elements.reply_to.value });
    keep();
    form.elements.text.value = form.elements.reply_to.value = "";
    tell();
    remember();
    toEnd();
    flush();
  });
  form?.elements.text.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && !e.shiftKey && !e.isComposing && e.keyCode !== 229) { e.preventDefault(); form.querySelector(".button").click(); }
  });
  root.addEventListener("submit", (e) => {
    if (!e.submitter || e.target.closest("[data-part]")) return;
    e.preventDefault();
    post(e.target.action, {}).catch(() => state(false));
  });

  log.querySelectorAll(".said").forEach(dress);
  if (form?.elements.reply_to.value) tell();
  putBack(load(draft));
  if (role === "member" && !location.hash && !document.querySelector("#catchup[open]")) {
    toEnd();
    // What is all but hidden under the bar is too small to tap: there it goes altogether.
    const edge = document.querySelector(".bar").getBoundingClientRect().bottom;
    const left = [...root.querySelectorAll("a,button,summary")].map((e) => e.getBoundingClientRect().bottom - edge).filter((px) => px < 24);
    end.style.paddingTop = Math.ceil(Math.max(-1, ...left) + 1) + "px";
    toEnd();
  }
  listen();
  tick();
  setInterval(tick, 1000);
})();
