/// The style sheet of a report, for screens of any width and for paper.
enum ReportStyle {
  static let text = """
    :root { color-scheme: light; --line: #c9ced6; --quiet: #4d5661; }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body { margin: 0 auto; max-width: 64rem; padding: 1rem; color: #16191d; background: #fff;
      font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
      overflow-wrap: anywhere; }
    h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.5rem 0; }
    h2 { font-size: 1.25rem; margin: 2rem 0 0.5rem; padding-bottom: 0.2rem;
      border-bottom: 1px solid var(--line); }
    p, ul { margin: 0.6rem 0; max-width: 46rem; }
    nav ul { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; padding: 0; list-style: none; }
    a { color: #0b57a4; }
    .box { max-width: 100%; overflow-x: auto; margin: 0.8rem 0; }
    .box:focus-visible { outline: 2px solid #0b57a4; }
    table { border-collapse: collapse; font-size: 0.9rem; overflow-wrap: normal; }
    caption { text-align: left; font-weight: 600; padding: 0.2rem 0; }
    th, td { padding: 0.2rem 0.7rem 0.2rem 0; text-align: left; vertical-align: top; }
    thead th { border-bottom: 1px solid #16191d; }
    tbody th { font-weight: 400; }
    tbody tr + tr > * { border-top: 1px solid #e8ebef; }
    .n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
    .s { white-space: nowrap; }
    pre { margin: 0; padding: 0.7rem; background: #f4f6f8; font-size: 0.82rem; line-height: 1.4;
      font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
      width: max-content; min-width: 100%; }
    .verdict { padding: 0.7rem 0.9rem; border-left: 0.35rem solid #1b7f4b; background: #eef8f2; }
    .poor { border-color: #b3540e; background: #fdf3ea; }
    .note, footer { color: var(--quiet); font-size: 0.9rem; }
    figure { margin: 1.2rem 0; break-inside: avoid; }
    figure svg { display: block; width: 100%; height: auto; max-width: 52rem; }
    figcaption { font-size: 0.92rem; max-width: 46rem; }
    footer { margin-top: 2.5rem; border-top: 1px solid var(--line); }
    @media (min-width: 44rem) { pre { white-space: pre-wrap; width: auto; } }
    @page { size: A4; margin: 16mm 14mm; }
    @media print {
      body { max-width: none; padding: 0; font-size: 10pt; }
      nav { display: none; }
      h2 { break-after: avoid; }
      .box { overflow: visible; }
      table { font-size: 7.5pt; width: 100%; overflow-wrap: anywhere; }
      th, td { padding-right: 0.3rem; }
      .n, .s { white-space: normal; }
      thead { display: table-header-group; }
      tr { break-inside: avoid; }
      pre { white-space: pre-wrap; width: auto; font-size: 7.5pt; }
      a { color: inherit; text-decoration: none; }
    }
    """
}
