// What the page says, in English and Korean. Names come from users: they are only written as text.

const WORDS = {
  en: { steps: "forward and backward", first: "to the start", back: "one step back", run: "play or pause",
    next: "one step on", last: "to the end", scrub: "step", speed: "speed", find: "find a node",
    fold: "fold all modules", unfold: "open all modules", closer: "closer", farther: "farther", fit: "fit", theme: "light or dark", lang: "한국어로", help: "help",
    training: "training", moment: "training step", name: "name", value: "value", grad: "gradient",
    shape: "shape", dtype: "dtype", op: "operation", sends: "sends back", arrives: "sum of", local: "local derivative",
    message: "message", share: "share", path: "path", others: "the other paths", sum: "sum = gradient",
    element: "element", seed: "where the pass starts", mean: "mean", norm: "norm",
    start: "Only the inputs and weights are known. Press ▶▶ or the space bar to play.",
    forward: (op, what, value) => `Forward: ${op}${what ? ` ${what}:` : " gives"} ${value}`,
    back_to: (op, phrase, to) => `${op} sends ${phrase} to ${to}`,
    generic: "grad times its local derivative",
    when: (step, loss) => `step ${step} · loss ${loss}`,
    curve: (first, last) => `The loss at every step: from ${first} to ${last}. Click to go there.`,
    from_to: (first, last) => `loss ${first} → ${last}`,
    update: "The correction", rule: (rule) => `by ${rule}`, step_taken: "step taken", after: "after",
    done: "The training ends here: no correction follows.", waits: "No correction in this step.",
    paths: (n) => n < 0 ? "a sum over very many paths" : n === 1 ? "a product along one path" : `the sum over ${n.toLocaleString()} paths`,
    nothing: "No path has an effect", blocked: (names) => `${names} lets nothing through`,
    elsewhere: (step) => `The paths were worked out at step ${step}; go there to see them.`,
    unexplained: "Only the elements with the largest gradients are explained.",
    choose: "Choose an element:", many: (n) => `${n} edges drawn as one`,
    legend: (loss) => `Arrows point the way the values went; the number on an arrow is the message sent back along it, its width the message's share. Raising a number shaded orange lowers ${loss}, blue raises it.`,
    hint: "Point at a node or an arrow for its numbers. Click a weight for its gradient as a sum over paths.",
    sum_of: (n) => `= sum of ${n.toLocaleString("en")} messages`, messages: (n, norm) => `${n.toLocaleString("en")} messages, norm ${norm}`,
    and_more: (n) => `and ${n} more messages`, constant: "constant", operand: (op, role) => `operand ${role} of ${op}`,
    legend_values: "Arrows point the way the values went.",
    keys: "space: play · ← →: step · Home End: start, end · ↑ ↓: training step · +, −, 0: closer, farther, fit · /: find · Tab: next node · Enter: explain, open, fold · [ ]: fold, open all · Esc: close · ?: help" },
  ko: { steps: "순전파와 역전파", first: "처음으로", back: "한 단계 뒤로", run: "재생 또는 멈춤",
    next: "한 단계 앞으로", last: "끝으로", scrub: "단계", speed: "속도", find: "노드 찾기",
    fold: "모든 모듈 접기", unfold: "모든 모듈 펼치기", closer: "확대", farther: "축소", fit: "화면에 맞춤", theme: "밝게 또는 어둡게", lang: "in English", help: "도움말",
    training: "학습", moment: "학습 단계", name: "이름", value: "값", grad: "기울기",
    shape: "모양", dtype: "자료형", op: "연산", sends: "뒤로 보내는 값", arrives: "다음의 합", local: "국소 미분",
    message: "메시지", share: "비중", path: "경로", others: "나머지 경로", sum: "합 = 기울기",
    element: "원소", seed: "역전파의 시작", mean: "평균", norm: "노름",
    start: "아직 입력과 가중치만 알려져 있습니다. ▶▶ 단추나 스페이스 키를 누르면 재생합니다.",
    forward: (op, what, value) => `순전파: ${op}${what ? ` 연산: ${what}` : ""} → 결과 ${value}`,
    back_to: (op, phrase, to) => `오차 역전파: ${op} → ${to}, 보내는 값 ${phrase}`,
    generic: "기울기 × 국소 미분",
    when: (step, loss) => `${step}단계 · 손실 ${loss}`,
    curve: (first, last) => `단계별 손실: ${first}에서 ${last}까지. 누르면 그 단계로 갑니다.`,
    from_to: (first, last) => `손실 ${first} → ${last}`,
    update: "가중치 수정", rule: (rule) => `최적화: ${rule}`, step_taken: "수정량", after: "수정 후",
    done: "학습이 여기서 끝납니다. 더 이상 수정하지 않습니다.", waits: "이 단계에서는 수정하지 않습니다.",
    paths: (n) => n < 0 ? "매우 많은 경로의 합" : n === 1 ? "한 경로를 따른 곱" : `${n.toLocaleString()}개 경로의 합`,
    nothing: "영향을 주는 경로가 없습니다", blocked: (names) => `${names}에서 막힙니다`,
    elsewhere: (step) => `경로는 ${step}단계에서 계산했습니다. 그 단계로 가면 보입니다.`,
    unexplained: "기울기가 가장 큰 원소만 설명합니다.",
    choose: "원소를 고르세요:", many: (n) => `간선 ${n}개를 하나로 그림`,
    legend: (loss) => `화살표는 값이 지나간 방향입니다. 화살표 위의 수는 거꾸로 보낸 메시지, 굵기는 그 비중입니다. 주황색 수를 키우면 ${loss} 값이 줄고, 파란색 수를 키우면 늘어납니다.`,
    hint: "노드나 화살표를 가리키면 그 값들이 보입니다. 가중치를 누르면 그 기울기를 경로의 합으로 보여 줍니다.",
    sum_of: (n) => `= 메시지 ${n.toLocaleString("en")}개의 합`, messages: (n, norm) => `메시지 ${n.toLocaleString("en")}개, 노름 ${norm}`,
    and_more: (n) => `그 밖에 메시지 ${n}개`, constant: "상수", operand: (op, role) => `${op}의 피연산자 ${role}`,
    legend_values: "화살표는 값이 지나간 방향입니다.",
    keys: "스페이스: 재생 · ← →: 단계 · Home End: 처음, 끝 · ↑ ↓: 학습 단계 · +, −, 0: 확대, 축소, 맞춤 · /: 찾기 · Tab: 다음 노드 · Enter: 설명, 펼치기, 접기 · [ ]: 모두 접기, 펼치기 · Esc: 닫기 · ?: 도움말" },
};

function speak() {
  words = WORDS[lang];
  document.documentElement.lang = lang;
  for (const e of document.querySelectorAll("[data-word]")) {
    e.title = words[e.dataset.word]; e.setAttribute("aria-label", words[e.dataset.word]);
  }
  for (const e of document.querySelectorAll("[data-name]")) e.setAttribute("aria-label", words[e.dataset.name]);
  $("find").placeholder = words.find;
  $("keys").textContent = words.keys;
  $("legend").textContent = now().m.some(Boolean) || now().g.some(Boolean) ? words.legend(lossName()) : words.legend_values;
  if (story.frames.length > 1) {
    const [first, last] = [story.losses[0][1], story.losses.at(-1)[1]].map((x) => fine(x));
    $("curve").setAttribute("aria-label", words.curve(first, last));
    $("range").textContent = words.from_to(first, last);
  }
  if (!view) return;
  name();
  show(frame);
  go(at);
}
function name() {
  for (const [i, g] of view.nodeOf) g.setAttribute("aria-label", called(i));
  for (const g of view.constantOf) g.setAttribute("aria-label", words.constant);
}
