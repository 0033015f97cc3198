// Where a label is taken: a few have a button and a number key each; many, or one's own, a field with a list.

const LISTED = 200; // entries of a list that are drawn; the rest is found by typing

function layFew() {
  batch.classes.forEach((name, i) => {
    const key = String((i + 1) % 10);
    const taken = button(() => answer(name), make("kbd", {}, key), told("span", "name", name));
    const about = batch.guide[name]?.[0];
    if (about) taken.append(told("span", "about", about));
    taken.setAttribute("aria-keyshortcuts", key);
    $("few").append(taken);
  });
}

function drawFew() {
  const { label } = work.of(current);
  [...$("few").children].forEach((taken, i) => {
    taken.setAttribute("aria-pressed", String(batch.classes[i] === label));
    taken.disabled = current === null;
  });
}

/** What the guide says of these labels. */
function drawGuide(names) {
  const entries = names.filter((name) => Object.hasOwn(batch.guide, name)).map((name) => {
    const [about, ...examples] = batch.guide[name];
    const shown = examples.map((text) => told("dd", "example", text));
    return make("div", {}, told("dt", "", name), told("dd", "about", about), ...shown);
  });
  $("guide").hidden = !entries.length;
  $("told").replaceChildren(...entries);
}

let options = []; // the labels listed
let active = -1; // the one that Enter takes

/** The labels known, and those of them that what was typed may mean, likeliest first. */
function findLabels(typed) {
  const used = () => [...new Set(work.labelled.map(({ label }) => label))].filter((label) => label !== batch.skip);
  const known = free ? used() : batch.classes;
  const query = fold(typed);
  const words = query.split(/\s+/).filter(Boolean);
  const rank = (name) => (fold(name) === query ? 0 : fold(name).startsWith(query) ? 1 : 2);
  const found = known.filter((name) => words.every((word) => fold(name).includes(word)));
  found.sort((a, b) => rank(a) - rank(b));
  if (free && typed && !known.some((name) => fold(name) === query)) found.unshift(typed);
  return { known, found };
}

function drawOptions() {
  const typed = $("search").value.trim().normalize("NFC");
  const { known, found } = findLabels(typed);
  const { label } = work.of(current);
  options = found.slice(0, LISTED);
  active = typed && options.length ? 0 : -1;
  const entries = options.map((name, i) => {
    const entry = make("li", { id: `option-${i}`, role: "option" }, told("span", "name", name));
    if (!known.includes(name)) entry.append(make("span", { className: "about" }, " new label"));
    if (name === label) entry.append(make("span", { className: "about" }, " given"));
    entry.addEventListener("click", () => answer(name));
    return entry;
  });
  if (!entries.length && typed) entries.push(make("li", { className: "none" }, "no label like that"));
  $("options").replaceChildren(...entries);
  drawActive();
}

function drawActive() {
  options.forEach((_, i) => $(`option-${i}`).setAttribute("aria-selected", String(i === active)));
  $("search").setAttribute("aria-activedescendant", active < 0 ? "" : `option-${active}`);
  if (active >= 0) $(`option-${active}`).scrollIntoView({ block: "nearest" });
  drawGuide(active < 0 ? [] : [options[active]]);
}

function onSearchKey(event) {
  const { key } = event;
  const empty = !$("search").value;
  if (key === "ArrowDown" || key === "ArrowUp") {
    active = Math.max(0, Math.min(options.length - 1, active + (key === "ArrowDown" ? 1 : -1)));
    if (options.length) drawActive();
  } else if (key === "Enter") {
    if (active >= 0) answer(options[active]);
    else say(empty ? "Type a label, then Enter." : "There is no label like that.");
  } else if (key === "Escape") {
    $("search").value = "";
    drawOptions();
    $("example").focus();
  } else if (key === "PageDown" || key === "PageUp") {
    $("example").scrollBy(0, (key === "PageDown" ? 0.9 : -0.9) * $("example").clientHeight);
  } else if (empty && key === "ArrowLeft") back();
  else if (empty && key === "ArrowRight") on();
  else return;
  event.preventDefault();
}
