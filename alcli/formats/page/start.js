// Keys and clicks, and the beginning.

const COMMANDS = {
  u: undo,
  s: askReason,
  c: () => $("comment").focus(),
  n: toNext,
  g: openList,
  ArrowLeft: back,
  ArrowRight: on,
  "?": () => $("keys").showModal(),
  "/": () => !few && $("search").focus(),
};

const CLICKS = {
  save,
  undo,
  back,
  on,
  who: ask,
  rows: openList,
  skip: askReason,
  theme: turnTheme,
  help: () => $("keys").showModal(),
  unskip: () => $("skipping").close(),
  unlist: () => $("list").close(),
};

/** The key by its place where the layout has no digits or Latin letters there, as French and Cyrillic ones. */
function keyOf({ key, code, shiftKey }) {
  const [, kind, place] = /^(Key|Digit)(.)$/.exec(code) ?? [];
  if (kind === "Digit" && !shiftKey) return place;
  return kind === "Key" && /^[^\0-\x7f]$/u.test(key) ? place.toLowerCase() : key;
}

function onKey(event) {
  if (!work || event.defaultPrevented || event.isComposing || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  const { target } = event;
  const key = keyOf(event);
  const typing = target instanceof HTMLInputElement;
  if (event.ctrlKey || event.metaKey) {
    if (key === "s") save();
    else if (key === "z" && !event.shiftKey && !(typing && target.value)) undo();
    else return;
  } else if (target === $("search")) return onSearchKey(event);
  else if (typing) {
    if (key !== "Enter" && key !== "Escape") return;
    toDesk();
  } else if (few && /^[0-9]$/.test(key)) answer(batch.classes[(Number(key) + 9) % 10]);
  else if (Object.hasOwn(COMMANDS, key)) COMMANDS[key]();
  else return;
  event.preventDefault();
}

function listenToDialogs() {
  const onSubmit = (dialog, act) => {
    $(dialog).querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      act();
    });
  };
  onSubmit("asking", () => $("annotator").value.trim() && begin($("annotator").value.trim()));
  onSubmit("skipping", () => skip($("reason").value));
  $("asking").addEventListener("close", () => work || ask());
  $("skipping").addEventListener("keydown", (event) => {
    const reason = REASONS[keyOf(event) - 1];
    if (event.target === $("reason") || !reason) return;
    event.preventDefault();
    skip(reason);
  });
  $("find").addEventListener("input", listRows);
  $("find").addEventListener("keydown", ({ key }) => key === "Enter" && $("found").querySelector("button")?.click());
}

function listenToTheBrowser() {
  for (const sign of ["keydown", "pointerdown", "pointermove", "wheel", "scroll"]) {
    addEventListener(sign, () => watch.tick(), { capture: true, passive: true });
  }
  document.addEventListener("visibilitychange", () => {
    watch.tick();
    watch.seen = !document.hidden;
    if (work && document.hidden) leave();
  });
  addEventListener("storage", (event) => {
    if (!work || event.key !== work.place) return;
    work.read();
    draw();
    say("Answers given in another tab were taken over.");
  });
  addEventListener("beforeunload", (event) => {
    if (work) leave();
    if (work?.unsaved) event.preventDefault();
  });
}

function start() {
  const round = /^r(\d+)-/.exec(batch.rows[0]?.[batch.key] ?? "");
  $("title").textContent = round ? `Round ${Number(round[1])}` : "Batch";
  $(few ? "few" : "many").hidden = false;
  $("search").placeholder = free ? "type a label, Enter takes it" : "type to find, Enter takes it";
  $("skip").hidden = !batch.skip;
  $("guide").open = !few || matchMedia("(min-width: 47.5rem)").matches;
  for (const row of $("keys").querySelectorAll(few ? ".of-many" : ".of-few")) row.remove();
  if (few) {
    layFew();
    drawGuide(batch.classes);
  } else {
    for (const kbd of document.querySelectorAll("nav kbd, footer kbd")) kbd.prepend("Esc ");
  }
  const reason = (text, i) => button(() => skip(text), make("kbd", {}, i + 1), text);
  $("reasons").append(...REASONS.map(reason));
  setTheme(recall("alcli:theme"));
  for (const [id, act] of Object.entries(CLICKS)) $(id).addEventListener("click", act);
  addEventListener("keydown", onKey);
  $("search").addEventListener("input", drawOptions);
  listenToDialogs();
  listenToTheBrowser();
  if (!storage) alarm("This browser keeps nothing for this page: closed or loaded anew, it forgets what you did. Save the CSV often.");
  const annotator = recall(BATCH) ?? batch.annotator;
  if (annotator) begin(annotator);
  else ask();
}

start();
