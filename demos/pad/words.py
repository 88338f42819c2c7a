"""What the drawing page says, in English and in Korean."""

WORDS = {
    "en": {
        "title": "Draw a digit, and two networks read it",
        "lead": "Both networks of the chapter are in this page, with all their weights and biases. "
        "Every line you draw goes forward through them at once.",
        "back": "Back to the chapter",
        "paper": "Your paper",
        "paper_label": "Paper to draw a digit on, with mouse, finger or keys",
        "clear": "Clear",
        "undo": "Undo",
        "sample": "A held-out digit",
        "keys": "Keys: arrows move the pen, the space bar lowers and lifts it, Escape clears.",
        "seen": "What they see",
        "seen_label": "The drawing as 16 by 16 pixels of ink and paper",
        "seen_words": "Prepared like the training digits: brought to their size, the mass of ink "
        "in the middle, 16 × 16 pixels, ink or paper.",
        "answers": "What they answer",
        "check": "Does this page compute what the library computes?",
        "perceptron": "perceptron",
        "convolutional": "convolutional",
        "verdict": "The {network} network says {digit}, {percent}.",
        "truth": "The writer meant {digit}.",
        "empty": "The paper is empty. Draw a digit from 0 to 9.",
        "checked": "Yes: {same} of {of} answers to the held-out digits are the same, counted in "
        "this browser just now. The largest difference between two probabilities is {largest}.",
        "unchecked": "No: only {same} of {of} answers to the held-out digits are the same; two "
        "probabilities differ by {largest}.",
    },
    "ko": {
        "title": "숫자를 그리면 두 신경망이 읽습니다",
        "lead": "이 장에서 학습한 두 신경망이 가중치와 바이어스까지 모두 이 페이지에 들어 "
        "있습니다. 선을 그을 때마다 바로 순전파하여 답합니다.",
        "back": "이 장으로 돌아가기",
        "paper": "종이",
        "paper_label": "마우스, 손가락 또는 키보드로 숫자를 그리는 종이",
        "clear": "지우기",
        "undo": "한 획 취소",
        "sample": "시험용 숫자 보기",
        "keys": "키보드: 화살표로 펜을 움직이고, 스페이스바로 펜을 내리거나 들고, Esc로 지웁니다.",
        "seen": "신경망이 보는 그림",
        "seen_label": "그린 숫자를 가로세로 16픽셀의 잉크와 종이로 나타낸 그림",
        "seen_words": "훈련 데이터와 똑같이 전처리합니다. 크기를 맞추고, 잉크의 무게중심을 "
        "가운데로 옮긴 뒤, 16 × 16픽셀을 잉크 또는 종이로 나눕니다.",
        "answers": "신경망의 답",
        "check": "이 페이지의 계산은 라이브러리의 계산과 같을까요?",
        "perceptron": "퍼셉트론",
        "convolutional": "합성곱 신경망",
        "verdict": "{network}의 답은 {digit}, {percent}입니다.",
        "truth": "실제 정답은 {digit}입니다.",
        "empty": "종이가 비어 있습니다. 0부터 9까지 숫자를 하나 그려 보세요.",
        "checked": "같습니다. 지금 이 브라우저에서 시험용 숫자로 확인해 보니 답 {of}개 "
        "가운데 {same}개가 일치합니다. 확률의 차이는 가장 클 때 {largest}입니다.",
        "unchecked": "다릅니다. 시험용 숫자에 대한 답 {of}개 가운데 {same}개만 일치합니다. "
        "확률의 차이는 가장 클 때 {largest}입니다.",
    },
}
