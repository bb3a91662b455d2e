//! How the documents look: one sheet for screens, phones, and paper of both sizes.

/// The style sheet.
pub(super) const STYLE: &str = r#"
:root { color-scheme: light; --ink: #16202b; --soft: #55616e; --rule: #c9d0d8; --faint: #f2f4f7; --heart: #b3261e; --load: #1f4e8c; --spo2: #0b6e4f; --other: #5b4a8a; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: #fff; color: var(--ink); font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; }
main { max-width: 1000px; margin: 0 auto; padding: 24px 20px 40px; }
h1 { font-size: 24px; margin: 0 0 10px; }
h2 { font-size: 17px; margin: 28px 0 8px; padding-bottom: 3px; border-bottom: 1px solid var(--rule); }
p { margin: 6px 0; }
ul { margin: 4px 0; padding-left: 20px; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(290px, 1fr)); gap: 2px 24px; margin: 0; }
.fact { display: flex; gap: 8px; }
.fact dt { flex: 0 0 96px; color: var(--soft); }
.fact dd { margin: 0; overflow-wrap: anywhere; }
.notice { border: 1px dashed var(--soft); padding: 4px 10px; display: inline-block; }
.verdict { font-size: 18px; margin: 18px 0 8px; padding: 10px 14px; border: 1px solid var(--rule); border-left: 6px solid var(--ink); background: var(--faint); }
.sign { font-weight: 700; }
.finding { margin: 8px 0; padding: 8px 14px; border: 2px solid var(--ink); }
.nothing { border: 1px dashed var(--soft); padding: 20px; text-align: center; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 3px 8px 3px 0; }
th { font-weight: 600; }
td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
table.wide { width: 100%; }
table.wide thead th { border-bottom: 1px solid var(--ink); }
table.wide tbody tr { border-bottom: 1px solid var(--rule); }
table.wide td.number { width: 1%; padding-right: 14px; }
.code { color: var(--soft); }
div.figures { columns: 2; column-gap: 36px; }
table.figures { width: 100%; break-inside: avoid; margin-bottom: 14px; }
table.figures caption { text-align: left; font-weight: 700; padding: 2px 0; border-bottom: 1px solid var(--ink); }
table.figures tr { border-bottom: 1px solid var(--rule); }
table.figures th { font-weight: 400; width: 46%; }
table.figures th.inner { padding-left: 14px; color: var(--soft); }
table.figures td.unit { width: 36%; color: var(--soft); padding-right: 0; }
table.figures td.why { font-style: italic; font-size: 13px; }
.lines { display: grid; grid-template-columns: 2fr 1fr 2fr; gap: 24px; margin: 44px 0 14px; }
.lines span { border-top: 1px solid var(--ink); padding-top: 3px; color: var(--soft); }
.proof { font-size: 12px; color: var(--soft); overflow-wrap: anywhere; }
footer { margin-top: 30px; border-top: 1px solid var(--rule); font-size: 12px; color: var(--soft); }

figure { margin: 18px 0; }
figcaption { font-size: 13px; color: var(--soft); margin-top: 6px; }
svg { display: block; width: 100%; height: auto; font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; fill: var(--ink); }
svg.narrow { display: none; font-size: 11px; }
svg .frame { fill: none; stroke: var(--rule); }
svg .border, svg .axis { fill: none; stroke: var(--ink); stroke-width: .8; }
svg .grid { stroke: #e3e7ec; stroke-width: .7; }
svg .tick { fill: var(--soft); font-size: 11px; }
svg .name { font-weight: 600; }
svg .label, svg .letter, svg .phase-name { paint-order: stroke; stroke: #fff; stroke-width: 3px; stroke-linejoin: round; }
svg .letter { font-weight: 700; }
svg .phase { fill: #fff; stroke: var(--soft); stroke-width: .8; }
svg .phase.conditioning { fill: #dde3ea; }
svg .phase.stands { fill: #fff; stroke-dasharray: 3 2; }
svg .phase-name { stroke: none; font-size: 11.5px; }
svg .mark { fill: #fff; stroke: var(--ink); stroke-width: 1.3; }
svg .mark.alarm { fill: var(--ink); }
svg .mark-number { font-size: 10px; font-weight: 700; }
svg .mark.alarm + .mark-number { fill: #fff; }
svg .of-mark { stroke: #8b95a1; stroke-width: .6; stroke-dasharray: 1 3; }
svg .zone { fill: #8b95a1; fill-opacity: .22; }
svg .zone-edge { fill: none; stroke: var(--soft); stroke-width: .7; }
svg .line { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
svg .heart { stroke: var(--heart); stroke-width: 1.8; }
svg .load { stroke: var(--load); }
svg .saturation { stroke: var(--spo2); }
svg .other { stroke: var(--other); stroke-width: 1.2; }
svg .asked { stroke: var(--ink); stroke-width: 1.2; stroke-dasharray: 5 3; }
svg .doubted { stroke: var(--ink); stroke-width: 1.6; stroke-dasharray: 1.5 2.5; }
svg .level { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 9 3 2 3; }
svg .hatch { stroke: var(--soft); stroke-width: 1; fill: none; }
svg .holder { stroke: var(--soft); stroke-width: 1.1; fill: none; }
svg .held { stroke: var(--ink); stroke-width: .5; }
svg .pole { stroke: var(--ink); stroke-width: 1; }
svg .flag { fill: #fff; stroke: var(--ink); stroke-width: .8; }
svg .flag-words { font-size: 11px; }
svg .pressure { fill: var(--ink); }

.small { font-size: 12.5px; color: var(--soft); }
.right { text-align: right; }
.rules { columns: 2; column-gap: 36px; }
.rules table.figures th { width: auto; }
td.stands { white-space: nowrap; font-weight: 600; }
table.course td.unit { color: var(--soft); }
table.wide tbody th { font-weight: 400; }
table.course th span.unit { display: none; color: var(--soft); }
.scroll { overflow-x: auto; }
.trends { display: grid; grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); gap: 10px 26px; }
.trend { margin: 8px 0; break-inside: avoid; }
.trend figcaption { color: var(--ink); margin: 0 0 2px; }
svg .dot { fill: var(--load); stroke: #fff; stroke-width: .8; }
svg .dot.hollow { fill: #fff; stroke: var(--load); stroke-width: 1.2; }
svg .last { font-weight: 700; }
svg .bar { fill: #aab4c0; stroke: #fff; stroke-width: 1.2; }
.card { display: grid; grid-template-columns: minmax(200px, 1.1fr) 260px minmax(230px, 1.2fr); gap: 4px 22px; align-items: start; border-top: 1px solid var(--rule); padding: 10px 0; break-inside: avoid; }
.card p { margin: 1px 0; }
.plots svg { margin-bottom: 4px; border-bottom: 1px solid var(--rule); }
.small-facts { display: grid; grid-template-columns: repeat(4, auto); gap: 4px 10px; margin: 0; }
.small-facts dt { font-size: 12px; color: var(--soft); white-space: nowrap; }
.small-facts dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
.remarks { grid-column: 1 / -1; margin: 2px 0 0; font-size: 13.5px; }

@media screen and (max-width: 640px) {
  .rules { columns: 1; }
  table.course td.unit, table.course thead th:nth-child(5) { display: none; }
  table.course th span.unit { display: inline; }
  .card { grid-template-columns: 1fr; border: 1px solid var(--rule); padding: 10px 12px; margin: 10px 0; }
  body { font-size: 15px; }
  main { padding: 14px 12px 30px; }
  .chart svg.wide { display: none; }
  .chart svg.narrow { display: block; }
  div.figures { columns: 1; }
  .facts { grid-template-columns: 1fr; }
  .fact dt { flex-basis: 92px; }
  .verdict { font-size: 17px; padding: 10px; }
  .chart { margin-left: -4px; margin-right: -4px; }
}

@page { size: auto; margin: 14mm 13mm 15mm; }
@media print {
  body { font-size: 9.5pt; line-height: 1.35; }
  main { max-width: none; padding: 0; }
  h1 { font-size: 15pt; }
  h2 { font-size: 11.5pt; margin-top: 12pt; break-after: avoid; }
  .verdict { font-size: 11.5pt; margin: 8pt 0 4pt; }
  .verdict, .finding, .signature, .facts, .trend, svg, tr, .card { break-inside: avoid; }
  .card { grid-template-columns: minmax(150px, 1fr) 200px minmax(240px, 1.3fr); }
  .chart { margin: 8pt 0; }
  .chart svg.wide { max-height: 152mm; }
  thead { display: table-header-group; }
  figcaption, footer, .proof, table.figures td.why { font-size: 8pt; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
"#;

#[cfg(test)]
mod tests {
    use super::STYLE;

    /// Browsers do not keep a caption with its rows where the table itself may break.
    #[test]
    fn a_table_of_figures_is_printed_in_one_piece() {
        let rules: Vec<&str> = STYLE
            .lines()
            .filter(|line| line.trim_start().starts_with("table.figures {"))
            .collect();
        assert_eq!(rules.len(), 1);
        assert!(rules[0].contains("break-inside: avoid"), "{rules:?}");
    }
}
