// How report.html looks.
#pragma once

#include <string_view>

namespace secondwave {

/// Style sheet; colours follow the reader's choice of light or dark.
inline constexpr std::string_view report_style = R"(
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1b1f24; --quiet: #5b6672; --line: #dfe3e8; --card: #f5f7fa;
  --accent: #1f5fbf; --band90: #d3e1f5; --band50: #a3c1ea; --good: #1c7c3c; --bad: #b42318; --warn: #fff4d6; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171b; --ink: #e6e9ed; --quiet: #9aa5b1; --line: #2f363e;
  --card: #1d2228; --accent: #7fb0ff; --band90: #1f3350; --band50: #2f5180; --good: #6fd08c; --bad: #ff8f85;
  --warn: #3a3115; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans",
  sans-serif; }
main { max-width: 940px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 20px; margin: 44px 0 10px; }
h3 { font-size: 16px; margin: 22px 0 2px; overflow-wrap: anywhere; }
p { margin: 6px 0; } .quiet { color: var(--quiet); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 12px; margin: 24px 0 8px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; }
.card b { display: block; font-size: 26px; line-height: 1.25; } .card span { color: var(--quiet); font-size: 13px; }
.notice { background: var(--warn); border: 1px solid var(--line); border-radius: 10px; padding: 10px 16px;
  margin: 16px 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 15px; }
th, td { text-align: left; padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: break-word; }
th { color: var(--quiet); font-weight: 600; } th, td.name { white-space: nowrap; }
.right { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.met { color: var(--good); font-weight: 600; } .missed { color: var(--bad); font-weight: 700; }
svg { display: block; width: 100%; height: auto; }
svg text { font: 13px system-ui, "DejaVu Sans", sans-serif; fill: var(--quiet); }
.grid { stroke: var(--line); stroke-width: 1; } .axis { stroke: var(--quiet); stroke-width: 1; }
.band90 { fill: var(--band90); } .band50 { fill: var(--band50); }
.median { fill: none; stroke: var(--accent); stroke-width: 2.2; stroke-linejoin: round; }
.slice { fill: transparent; } .slice:hover { fill: var(--quiet); fill-opacity: .18; }
.key { display: flex; flex-wrap: wrap; gap: 18px; color: var(--quiet); font-size: 14px; }
.key i { display: inline-block; width: 18px; height: 10px; margin-right: 6px; border-radius: 2px; }
.key .k90 { background: var(--band90); } .key .k50 { background: var(--band50); }
.key .kmed { height: 3px; vertical-align: middle; background: var(--accent); }
code, pre { font: 14px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; overflow-x: auto;
  white-space: pre-wrap; }
summary { cursor: pointer; font-weight: 600; }
@media print { main { max-width: none; } details > * { display: block; } }
)";

}  // namespace secondwave
