// What is kept in the browser, and the time it took.

const IDLE = 60_000; // ms without a sign of life that still count as work
const RECENT = 50; // answers that the pace is measured over
const BATCH = `alcli:${batch.id}`;

const storage = (() => {
  try {
    localStorage.setItem("alcli:try", "1");
    localStorage.removeItem("alcli:try");
    return localStorage;
  } catch {
    return null;
  }
})();

const recall = (name) => storage?.getItem(name) ?? null;

function keep(name, value) {
  try {
    storage?.setItem(name, value);
  } catch {
    alarm("The browser has no room left to keep your work. Save the CSV now, and again before you close this page.");
  }
}

/** What one annotator did in this batch: a log of answers, the last one of each row stands, undo takes one off. */
class Work {
  constructor(annotator) {
    this.annotator = annotator;
    this.place = `${BATCH}:${annotator}`;
    this.read();
  }

  read() {
    const { log = [], changes = 0, saved = 0 } = JSON.parse(recall(this.place) ?? "{}");
    Object.assign(this, { log, changes, saved, answers: new Map() });
    for (const entry of log) this.stand(entry);
  }

  stand(entry) {
    this.answers.delete(entry.row); // so that the map is in order of time
    this.answers.set(entry.row, entry);
  }

  record(row, label, comment, seconds) {
    const entry = { row, label, comment, seconds };
    this.log.push(entry);
    this.stand(entry);
    this.changed();
  }

  /** The entry that was taken off, if there was one. */
  undo() {
    const undone = this.log.pop();
    if (!undone) return undefined;
    const before = this.log.findLast((entry) => entry.row === undone.row);
    if (before) this.stand(before);
    else this.answers.delete(undone.row);
    this.changed();
    return undone;
  }

  changed() {
    this.changes += 1;
    this.write();
  }

  sent() {
    this.saved = this.changes;
    this.write();
  }

  write() {
    const { log, changes, saved } = this;
    keep(this.place, JSON.stringify({ log, changes, saved }));
  }

  of(row) {
    return this.answers.get(row) ?? { row, label: "", comment: "", seconds: 0 };
  }

  get labelled() {
    return [...this.answers.values()].filter((answer) => answer.label);
  }

  get unsaved() {
    return this.changes !== this.saved;
  }

  /** The first row without a label after this one, round the end; null where there is none. */
  next(from) {
    const n = batch.rows.length;
    for (let step = 1; step <= n; step += 1) {
      const row = (from + step) % n;
      if (!this.of(row).label) return row;
    }
    return null;
  }
}

/** The time spent on a row (ms): while the page is seen, and for a while after each sign of life. */
const watch = {
  spent: 0,
  last: performance.now(),
  seen: !document.hidden,
  tick() {
    const now = performance.now();
    if (this.seen) this.spent += Math.min(now - this.last, IDLE);
    this.last = now;
    return this.spent;
  },
  restart(spent) {
    this.tick();
    this.spent = spent;
  },
};

/** How far the work is, and how fast it goes. */
function pace(work) {
  const done = work.labelled;
  const left = batch.rows.length - done.length;
  const said = [`${done.length} of ${batch.rows.length} done`, `${left} left`];
  const recent = done.slice(-RECENT);
  if (recent.length >= 3 && left) {
    const mean = Math.max(recent.reduce((sum, answer) => sum + answer.seconds, 0) / recent.length, 0.1);
    const minutes = Math.ceil((left * mean) / 60);
    const long = minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
    said.push(`${Math.round(3600 / mean).toLocaleString("en")} an hour`, `about ${long} to go`);
  }
  return said.join(" · ");
}
