// Fetches what the page serves of others, at these versions, and draws the world's countries from Natural Earth.
// Run in an empty folder, then copy vendor/ to search/web/static/vendor/:
//   npm install uplot@1.6.32 @fontsource-variable/inter@5.3.0 @fontsource-variable/source-serif-4@5.3.1 \
//     world-atlas@2.0.2 topojson-client@3.1.0 i18n-iso-countries@7.14.0
//   node make-vendor.mjs
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "x.js"));
const { feature } = require("topojson-client");
const { numericToAlpha2 } = require("i18n-iso-countries");
const from = (...path) => join("node_modules", ...path);
mkdirSync("vendor", { recursive: true });

const FONTS = { inter: "inter-latin-wght-normal", "source-serif": "source-serif-4-latin-wght-normal" };
const PACKAGES = { inter: "inter", "source-serif": "source-serif-4" };
for (const [name, file] of Object.entries(FONTS)) {
  copyFileSync(from("@fontsource-variable", PACKAGES[name], "files", `${file}.woff2`), `vendor/${name}.woff2`);
  copyFileSync(from("@fontsource-variable", PACKAGES[name], "LICENSE"), `vendor/${name}.LICENSE`);
}
copyFileSync(from("uplot", "dist", "uPlot.iife.min.js"), "vendor/uplot.js");
copyFileSync(from("uplot", "dist", "uPlot.min.css"), "vendor/uplot.css");
copyFileSync(from("uplot", "LICENSE"), "vendor/uplot.LICENSE");
copyFileSync(from("world-atlas", "LICENSE"), "vendor/world.LICENSE");

// Equal Earth (Šavrič, Patterson, Jenny 2018), as in search/web/world.py: 1000 wide.
function place([lon, lat]) {
  const t = Math.asin((Math.sqrt(3) / 2) * Math.sin((lat * Math.PI) / 180)), t2 = t * t, t6 = t2 ** 3;
  const x = ((lon * Math.PI) / 180) * Math.cos(t) /
    ((Math.sqrt(3) / 2) * (1.340264 + 3 * -0.081106 * t2 + t6 * (7 * 0.000893 + 9 * 0.003796 * t2)));
  const y = t * (1.340264 + -0.081106 * t2 + t6 * (0.000893 + 0.003796 * t2));
  return [Math.round(500 + x * 184.7), Math.round(243.5 - y * 184.7)];
}

function ring(points) {
  const lons = points.map(([lon]) => lon);
  // A ring over the date line goes on beyond 180 degrees, so that no line runs across the whole map.
  if (Math.max(...lons) - Math.min(...lons) > 180) points = points.map(([lon, lat]) => [lon < 0 ? lon + 360 : lon, lat]);
  let path = "", last = null;
  for (const point of points) {
    const at = place(point);
    if (last && at[0] === last[0] && at[1] === last[1]) continue;
    path += last ? `l${at[0] - last[0]} ${at[1] - last[1]}` : `M${at[0]} ${at[1]}`;
    last = at;
  }
  return path.replaceAll(" -", "-") + "z";
}

const world = JSON.parse(readFileSync(from("world-atlas", "countries-110m.json"), "utf8"));
const countries = feature(world, world.objects.countries).features;
const paths = countries.filter((one) => one.id !== "010").map((one, number) => {
  const polygons = one.geometry.type === "Polygon" ? [one.geometry.coordinates] : one.geometry.coordinates;
  const id = numericToAlpha2(one.id) ?? (one.properties.name === "Kosovo" ? "XK" : `other${number}`);
  return [id, polygons.flatMap((polygon) => polygon.map(ring)).filter((d) => d.length > 12).join("")];
});
const drawn = paths.map(([id, path]) => `<path id="${id}" d="${path}"/>`).join("\n");
const land = `<g id="land">${paths.map(([id]) => `<use href="#${id}"/>`).join("")}</g>`;
writeFileSync("vendor/world.svg", `<svg xmlns="http://www.w3.org/2000/svg"><defs>\n${drawn}\n${land}</defs></svg>\n`);
