// Courses over time, drawn with uPlot from the numbers that the page carries; a table beside each says the same.
"use strict";

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const SHOWN = {
  hour: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  day: { day: "numeric", month: "short" }, week: { day: "numeric", month: "short", year: "numeric" },
  month: { month: "short", year: "numeric" }, year: { year: "numeric" },
};
const COLOURS = {
  stance: { favor: "--favor", against: "--against" },
  tone: { positive: "--favor", neutral: "--soft", negative: "--against" },
};

function draw(figure) {
  const made = JSON.parse(figure.dataset.chart);
  const kind = figure.dataset.kind;
  const plot = figure.querySelector(".plot");
  plot.replaceChildren();
  const font = `12px ${style("--sans")}`;
  const bars = uPlot.paths.bars({ size: [0.7, 42, 1], align: 0 });
  const line = style("--rule");
  const dates = new Intl.DateTimeFormat("en-GB", { timeZone: made.zone, ...SHOWN[made.step] });
  const half = (made.starts.length > 1 ? made.starts[1] - made.starts[0] : 3600) * 0.7;
  const axis = { stroke: style("--soft"), font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  // Stacked from below: each part is drawn as the sum of itself and all under it, the highest first.
  let sums = made.starts.map(() => 0);
  const stacked = made.parts.map((part) => (sums = sums.map((sum, at) => sum + part[at])));
  const none = (values) => values.map((value) => value || null); // a bar of no height draws nothing
  const series = [{ label: "Starting", value: (_, stamp) => (stamp === null ? "–" : dates.format(stamp * 1e3)) }];
  const data = [made.starts];
  if (kind === "tone") {
    series.push({ label: "Stories", fill: style("--rule"), stroke: style("--soft"), width: 1, paths: bars, points: { show: false } });
    data.push(none(made.stories));
  }
  for (let at = made.parts.length - 1; at >= 0; at -= 1) {
    const colour = style(COLOURS[kind][made.keys[at]]);
    series.push({
      label: made.names[at], stroke: colour, fill: colour, width: 0, paths: bars, points: { show: false },
      value: (_, __, ___, index) => (index === null ? "–" : made.parts[at][index]),
    });
    data.push(none(stacked[at]));
  }
  new uPlot({
    width: plot.clientWidth, height: 220, series,
    scales: { x: { range: (_, low, high) => [low - half, high + half] }, y: { range: (_, low, high) => [0, Math.max(high, 1) * 1.08] } },
    axes: [{ ...axis, space: 90, values: (_, stamps) => stamps.map((stamp) => dates.format(stamp * 1e3)) }, { ...axis, size: 46, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] }],
    cursor: { drag: { x: true, y: false } },
    tzDate: (stamp) => uPlot.tzDate(new Date(stamp * 1e3), made.zone),
    hooks: { ready: [(chart) => opens(chart, made.links)] },
  }, data, plot);
}

// A bar that is pressed opens what lies in it; one that is drawn over enlarges.
function opens(chart, links) {
  if (!links.some(Boolean)) return;
  let from = 0;
  chart.over.style.cursor = "pointer";
  chart.over.addEventListener("mousedown", (event) => { from = event.clientX; });
  chart.over.addEventListener("click", (event) => {
    const link = links[chart.cursor.idx];
    if (link && Math.abs(event.clientX - from) < 4) location.href = link;
  });
}

const figures = [...document.querySelectorAll("figure[data-chart]")];
const drawAll = () => figures.forEach(draw);
drawAll();
let due;
addEventListener("resize", () => { clearTimeout(due); due = setTimeout(drawAll, 150); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
