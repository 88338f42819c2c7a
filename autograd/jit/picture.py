"""Pictures of programs: what a compiled function computes, before and after every pass."""

from __future__ import annotations

from typing import Any

from autograd.jit.program import Instr, Program, Var
from autograd.viz.drawing import Drawing

#: More boxes than this nobody can read.
MOST = 600
_FILLS = ("#e8f0fb", "#fdf0dd", "#e9f6ea", "#f6eaf4", "#eef3ee")


def draw_program(program: Program, before: Program | None = None) -> Drawing:
    """Operations from left to right, a frame for each phase and for each group that runs by blocks.

    Args:
        before: the program before a pass; what is new since then has a thick rim.

    Raises:
        ValueError: there are too many instructions for a picture.
    """
    if len(program.body) > MOST:
        raise ValueError(
            f"draw: {len(program.body):,} instructions are more than a picture can show "
            f"({MOST}); print the program instead: print(fn.program())"
        )
    drawing = Drawing()
    drawing.attr(rankdir="LR", nodesep="0.15", ranksep="0.3", fontname="Helvetica", fontsize="11")
    drawing.attr("node", fontname="Helvetica", fontsize="10", height="0.3", margin="0.15,0.05")
    drawing.attr("edge", arrowsize="0.5", color="#7a7a7a")
    had = set(map(id, (before or program).body))
    new = {instr.out for instr in program.body if id(instr) not in had}
    names: dict[Var, str] = {}
    for i, v in enumerate(program.inputs):
        names[v] = f"x{i}"
        drawing.node(names[v], f"{program.name(i)}\n{_text(v)}", shape="box")
    for phase in range(len(program.reverses) + 1):
        if phase and (reverse := program.reverses[phase - 1]) is not None:
            names[reverse.seed] = f"seed{phase}"
            arrives = f"arrives at result {phase - 1}\n{_text(reverse.seed)}"
            drawing.node(f"seed{phase}", arrives, shape="box")
        _draw_phase(drawing, program, phase, names, new)
    for phase in range(len(program.reverses) + 1):
        for place, (said, v) in enumerate(program.ends(phase)):
            if isinstance(v, Var):
                end = f"end{phase}_{place}"
                drawing.node(end, f"{said}\n{_text(v)}", shape="box", style="rounded")
                drawing.edge(names[v], end)
    return drawing


def _draw_phase(
    drawing: Drawing, program: Program, phase: int, names: dict[Var, str], new: set[Var]
) -> None:
    body = program.phase(phase)
    if not body:
        return
    for instr in body:
        names[instr.out] = f"v{len(names)}"
    with drawing.subgraph(name=f"cluster_{phase}") as frame:
        title = "forward" if phase == 0 else f"reverse pass of result {phase - 1}"
        frame.attr(label=title, color="#b0b0b0")
        for group in sorted({instr.group for instr in body}):
            members = [instr for instr in body if instr.group == group]
            if not group:
                _draw_nodes(frame, members, names, new)
                continue
            with frame.subgraph(name=f"cluster_{phase}_{group}") as blocks:
                fill = _FILLS[group % len(_FILLS)]
                blocks.attr(label=f"block by block ({group})", style="filled", fillcolor=fill)
                _draw_nodes(blocks, members, names, new)
    for instr in body:
        for v in dict.fromkeys(instr.inputs):
            drawing.edge(names[v], names[instr.out])


def _draw_nodes(graph: Any, body: list[Instr], names: dict[Var, str], new: set[Var]) -> None:
    for instr in body:
        held = [f"{a!r:.12}" for a in instr.args if isinstance(a, (int, float))]
        label = f"{' '.join([instr.op.name, *held])}\n{_text(instr.out)}"
        rim = "2.5" if instr.out in new else "1"
        graph.node(names[instr.out], label, shape="ellipse", penwidth=rim)


def _text(v: Var) -> str:
    return f"{v.dtype} {'×'.join(map(str, v.shape)) or 'number'}"
