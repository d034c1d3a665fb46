"""The report: Markdown, and one HTML page that needs no other file."""

import html

STYLE = """body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:1rem 0;font-size:.9rem}td,th{border:1px solid #ccc;
padding:.3rem .6rem;text-align:left;vertical-align:top}th{background:#f3f3f3}
caption{text-align:left;font-weight:bold;padding:.3rem 0}
.holds{color:#00693e}.fails{color:#b00020;font-weight:bold}figure{margin:1rem 0}
figcaption{color:#555;font-size:.9rem}svg{max-width:100%;height:auto}"""

INTRODUCTION = (
    "Hadidi, Cao, Ryoo, Kim: Collaborative Execution of Deep Neural Networks on Internet of Things "
    "Devices (arXiv 1901.02537), {devices}. The program that runs on them is the one that runs "
    "everywhere. "
    "Latency is that of one frame that meets no other; throughput that of the steady state, the "
    "filling of the pipeline left out. A speedup names what it is over.")


def write(folder, devices, results):
    """@param devices a clause: what the items ran on"""
    introduction = INTRODUCTION.format(devices=devices)
    (folder / "report.md").write_text(markdown(introduction, results), encoding="utf-8")
    (folder / "report.html").write_text(page(folder, introduction, results), encoding="utf-8")


def markdown(introduction, results):
    lines = ["# What the paper found, again", "", introduction, ""]
    for result in results:
        lines += [f"## {result.title}", "", f"**{result.headline}**", ""]
        for paragraph in result.text:
            lines += [paragraph, ""]
        lines += md_table(["statement", "expected", "found", "verdict"],
                          [[c.statement, c.expected, c.found, c.verdict] for c in result.claims])
        for figure in result.figures:
            lines += [f"![{figure.caption}]({result.item}/{figure.name}.svg)", ""]
        for table in result.tables:
            lines += [f"{table.caption}:", "", *md_table(table.columns, table.rows)]
    return "\n".join(lines)


def md_table(columns, rows):
    if not rows:
        return []
    return ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns),
            *["| " + " | ".join(map(str, row)) + " |" for row in rows], ""]


def page(folder, introduction, results):
    parts = ["<!doctype html><html lang='en'><head><meta charset='utf-8'>",
             "<title>What the paper found, again</title>", f"<style>{STYLE}</style></head><body>",
             "<h1>What the paper found, again</h1>", f"<p>{html.escape(introduction)}</p><ul>"]
    parts += [f"<li><a href='#{r.item}'>{html.escape(r.title)}</a>: {html.escape(r.headline)}</li>"
              for r in results]
    parts.append("</ul>")
    for result in results:
        parts += section(folder, result)
    return "\n".join([*parts, "</body></html>"])


def section(folder, result):
    parts = [f"<h2 id='{result.item}'>{html.escape(result.title)}</h2>",
             f"<p><b>{html.escape(result.headline)}</b></p>"]
    parts += [f"<p>{html.escape(paragraph)}</p>" for paragraph in result.text]
    if result.claims:
        rows = "".join(
            f"<tr><td>{html.escape(c.statement)}</td><td>{html.escape(c.expected)}</td>"
            f"<td>{html.escape(c.found)}</td>"
            f"<td class='{'holds' if c.verdict == 'holds' else 'fails'}'>{c.verdict}</td></tr>"
            for c in result.claims)
        parts.append("<table><tr><th>statement</th><th>expected</th><th>found</th><th>verdict</th>"
                     f"</tr>{rows}</table>")
    for figure in result.figures:
        drawn = (folder / result.item / f"{figure.name}.svg").read_text(encoding="utf-8")
        parts.append(f"<figure>{unique_ids(drawn[drawn.index('<svg'):], result.item + figure.name)}"
                     f"<figcaption>{html.escape(figure.caption)}</figcaption></figure>")
    for table in result.tables:
        head = "".join(f"<th>{html.escape(str(one))}</th>" for one in table.columns)
        body = "".join("<tr>" + "".join(f"<td>{html.escape(str(one))}</td>" for one in row) + "</tr>"
                       for row in table.rows)
        parts.append(f"<table><caption>{html.escape(table.caption)}</caption><tr>{head}</tr>{body}"
                     "</table>")
    return parts


def unique_ids(svg, name):
    """gnuplot calls its parts the same in every plot; on one page they would be mixed up."""
    for kind in ("gp", "Gnuplot", "hbox"):
        svg = svg.replace(f"id='{kind}", f"id='{name}{kind}").replace(f'id="{kind}', f'id="{name}{kind}')
        svg = svg.replace(f"#{kind}", f"#{name}{kind}")
    return svg
