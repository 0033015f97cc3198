// What the annotator can do.

const REASONS = [
  "it is unclear or ambiguous",
  "no label fits",
  "more than one label fits",
  "it cannot be read: empty, broken or in another language",
];

/** Take this label for the row on the desk, and go on. */
function answer(label, comment = $("comment").value.trim()) {
  if (current === null || !label) return;
  const row = current;
  work.record(row, label, comment, seconds());
  $("comment").value = comment;
  const next = work.next(row);
  show(next);
  const what = label === batch.skip ? "Skipped" : `Labelled ${label}`;
  say(`${what}, row ${row + 1}. ${next === null ? "All done." : `Now row ${next + 1}.`}`);
}

function skip(reason) {
  $("skipping").close();
  const comment = $("comment").value.trim();
  answer(batch.skip, [reason.trim(), comment].filter(Boolean).join("; "));
}

function undo() {
  leave();
  const undone = work.undo();
  if (!undone) return say("There is nothing to undo.");
  current = null; // what stood on the desk was kept above, or is what was undone
  show(undone.row);
  return say(`Undone, row ${undone.row + 1}: ${nameOf(undone.label) || "comment"}.`);
}

const back = () => show(current === null ? batch.rows.length - 1 : Math.max(0, current - 1));
const on = () => current !== null && show(Math.min(batch.rows.length - 1, current + 1));
const toNext = () => show(work.next(current ?? -1));

function save() {
  leave();
  if (!work.labelled.length) return say("There is no answer to save yet.");
  const name = fileName(work.annotator);
  const address = URL.createObjectURL(new Blob([csv(work)], { type: "text/csv" }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), IDLE);
  work.sent();
  draw();
  return say(`Saved ${work.labelled.length} answers as ${name}. Send that file back.`);
}

/** Ask who is labelling; whoever began this batch in this browser may go on. */
function ask() {
  $("annotator").value = work?.annotator ?? recall("alcli:annotator") ?? "";
  const begun = Object.keys(storage ?? {}).filter((name) => name.startsWith(`${BATCH}:`));
  const others = begun.map((name) => name.slice(BATCH.length + 1)).filter((name) => name !== work?.annotator);
  const done = (name) => `, ${new Work(name).labelled.length} done`;
  const offer = (name) => button(() => begin(name), "Go on as ", told("bdi", "", name), done(name));
  $("others").replaceChildren(...others.map(offer));
  $("asking").showModal();
  $("annotator").select();
}

function begin(annotator) {
  $("asking").close();
  if (work) leave();
  current = null;
  spent.clear();
  work = new Work(annotator);
  keep(BATCH, annotator);
  keep("alcli:annotator", annotator);
  show(work.next(work.log.at(-1)?.row ?? -1));
}

function askReason() {
  if (current === null || !batch.skip) return;
  $("reason").value = "";
  $("skipping").showModal();
  $("reasons").firstElementChild.focus();
}

/** The rows that hold what was typed: answered ones first, the last answer on top. */
function listRows() {
  const query = fold($("find").value.trim());
  const entries = [];
  for (const row of new Set([...[...work.answers.keys()].reverse(), ...batch.rows.keys()])) {
    const { label, comment } = work.of(row);
    const texts = batch.shown.map(({ at }) => batch.rows[row][at]);
    const whole = [nameOf(label), comment, batch.rows[row][batch.name], ...texts].join("\n");
    if (query && !fold(whole).includes(query)) continue;
    const goTo = () => {
      $("list").close();
      show(row);
    };
    const snippet = told("span", "snippet", texts.join(" ").slice(0, 160));
    const cells = [make("span", { className: "number" }, row + 1), told("span", "label", nameOf(label) || "–"), snippet];
    entries.push(make("li", {}, button(goTo, ...cells)));
    if (entries.length === LISTED) break;
  }
  $("found").replaceChildren(...entries);
}

function openList() {
  leave();
  $("find").value = "";
  listRows();
  $("list").showModal();
}

const isDark = () => {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};

function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  $("theme").textContent = isDark() ? "Light" : "Dark";
}

function turnTheme() {
  const theme = isDark() ? "light" : "dark";
  keep("alcli:theme", theme);
  setTheme(theme);
}
