"""Hints from words: watch terms and advertising, planted and in their clean twins."""

import pytest

from station.context import Context
from station.findings import OutcomeKind
from station.readings import Page, Pages, TextLine, Unread
from tests.station.hints import briefly, codes, outcome, page, pages, qr, said, subject

OFF = Unread("reader-off")
WATCHED = Context(watch_terms=("示例词", "示例*公司", "ABC"))


def test_without_a_list_nothing_can_be_watched() -> None:
    for context in (Context(), Context(watch_terms=())):
        made = outcome("watch-term", subject(context=context, text=pages(page(0, 5, "示例词"))))
        assert (made.kind, made.reason) == (OutcomeKind.NOT_MEASURABLE, "reason.no-watch-terms")


def test_without_text_and_transcript_nothing_can_be_watched() -> None:
    made = outcome("watch-term", subject(context=WATCHED, text=Unread("reader-missing", {"package": "rapidocr"})))
    assert (made.kind, made.reason) == (OutcomeKind.NOT_MEASURABLE, "reason.reader-missing")


def test_terms_on_the_screen_and_spoken_have_their_places() -> None:
    made = outcome(
        "watch-term",
        subject(
            context=WATCHED,
            text=pages(page(0, 5, "第一页"), page(5, 12, "标题", "這裡是示 例 詞的說明")),
            transcript=said((20, 24, "我们来看示例某某公司的做法"), (30, 33, "换个话题")),
        ),
    )
    assert briefly(made.findings) == [("warning", 5, 12), ("warning", 20, 24)]
    screen, speech = made.findings
    assert (screen.message, speech.message) == ("finding.watch-term.screen", "finding.watch-term.speech")
    assert screen.params["text"] == "這裡是示 例 詞的說明"
    assert speech.params["term"] == "示例*公司"
    assert made.facts == {"terms": 3, "screen": 1, "speech": 1}


def test_one_term_again_and_again_is_one_finding_until_it_pauses() -> None:
    built = [page(second, second + 5, *["示例词"] * (1 + second // 5)) for second in range(0, 15, 5)]
    made = outcome("watch-term", subject(context=WATCHED, text=pages(*built, page(50, 55, "示例词"))))
    assert briefly(made.findings) == [("warning", 0, 15), ("warning", 50, 55)]
    assert [finding.value for finding in made.findings] == [6, 1]


def test_a_term_goes_on_in_the_next_line_and_after_a_breath() -> None:
    wrapped = Page(
        0,
        9,
        (
            TextLine("这一行的末尾是示", 0.9, (0.1, 0.1, 0.15, 0.8)),
            TextLine("例词在下一行", 0.9, (0.17, 0.1, 0.22, 0.5)),
        ),
    )
    assert len(outcome("watch-term", subject(context=WATCHED, text=Pages((wrapped,)))).findings) == 1
    apart = Page(
        0, 9, (TextLine("左栏示", 0.9, (0.1, 0.1, 0.15, 0.3)), TextLine("例词右栏", 0.9, (0.1, 0.5, 0.15, 0.8)))
    )
    assert outcome("watch-term", subject(context=WATCHED, text=Pages((apart,)))).kind is OutcomeKind.OK
    broken = said((0, 3, "这就是示"), (3.4, 6, "例词的意思"))
    assert len(outcome("watch-term", subject(context=WATCHED, transcript=broken)).findings) == 1
    pause = said((0, 3, "这就是示"), (9, 12, "例词的意思"))
    assert outcome("watch-term", subject(context=WATCHED, transcript=pause)).kind is OutcomeKind.OK


def test_what_only_sounds_like_a_term_is_a_note_and_only_in_speech() -> None:
    made = outcome("watch-term", subject(context=WATCHED, transcript=said((0, 3, "他说事历辞好"))))
    assert [(f.severity.value, f.message) for f in made.findings] == [("note", "finding.watch-term.sound")]
    assert (
        outcome("watch-term", subject(context=WATCHED, text=pages(page(0, 3, "他说事历辞好")))).kind is OutcomeKind.OK
    )


def test_strangers_text_cannot_break_a_message() -> None:
    made = outcome("watch-term", subject(context=WATCHED, text=pages(page(0, 3, "\x1b[31m{text}示例词\ud800\u202e%s"))))
    assert len(made.findings) == 1


# Advertising.

CLEAN = {
    "source": "数据来源：国家统计局 www.stats.gov.cn",
    "university": "https://www.example-u.edu.cn/course",
    "paper": "参考：https://www.nature-example.com/articles/s41586",
    "hotline": "遇险请拨打 119、120、12345",
    "amount": "年产值 15000000000 元，编号 13912-2008",
    "standard": "GB/T 22239-2019《信息安全技术》 ISO 27001:2022",
    "code": 'import os.path; urllib.request.urlopen("http://example.com/api")',
    "namespace": "xmlns=http://www.w3.org/2000/svg",
    "warning": "谨防扫码诈骗，不要轻易加微信、点击链接领取优惠",
    "attention": "值得关注的公共问题：以下单位进群众家中走访",
    "payment": "移动支付：扫码是最常见的方式",
    "mail": "联系：someone@example.com",
    "numbers": "编号 010-20220101、0755-19981231，第 0571 号",
    "date": "2021-03-15 至 2022-03-15，版本 3.10.2",
}
PLANTED = {
    "mobile": "报名请联系 138 1234 5678",
    "plus": "+86-13912345679",
    "charged": "服务电话：400-123-4567",
    "landline": "咨询电话：0571-88123456",
    "brackets": "报名热线（010）6612 3456",
    "wechat": "老师微信号：abc_12345",
    "group": "学习交流QQ群：123456789",
    "shop": "更多好课 https://item.taobao.com/item.htm?id=1",
    "follow": "扫码关注示例公众号",
    "lead": "限时优惠，点击下方链接 www.shop-example.com",
    "traditional": "掃碼關注示例公眾號",
}


def advert(**readings: object) -> list[str]:
    return [finding.severity.value for finding in outcome("advert", subject(**readings)).findings]


@pytest.mark.parametrize("name", CLEAN)
def test_a_lecture_may_name_sources_and_speak_of_codes(name: str) -> None:
    assert "warning" not in advert(text=pages(page(0, 9, "标题", CLEAN[name]), page(9, 12, "下一页")))
    assert "warning" not in advert(transcript=said((0, 9, CLEAN[name])))


@pytest.mark.parametrize("name", PLANTED)
def test_advertising_is_seen_and_heard(name: str) -> None:
    assert advert(text=pages(page(0, 9, "标题"), page(9, 15, PLANTED[name]))) == ["warning"]
    assert advert(transcript=said((0, 9, "我们继续"), (9, 15, PLANTED[name]))) == ["warning"]


def test_a_number_spoken_in_chinese_digits() -> None:
    assert advert(transcript=said((0, 5, "我的电话是一三八零零一二三四五六"))) == ["warning"]


def test_all_clean_lines_of_a_lecture_together_are_quiet() -> None:
    lecture = [page(60 * index, 60 * index + 60, "标题", line) for index, line in enumerate(CLEAN.values())]
    assert "warning" not in advert(text=pages(*lecture))


def test_codes() -> None:
    assert advert(codes=codes(qr(5, 9, "https://u.wechat.com/abc"))) == ["warning"]
    assert advert(codes=codes(qr(5, 9, "https://www.mohrss.gov.cn/"))) == ["note"]
    assert advert(codes=codes(qr(5, 9, "9787100000000", "bar"))) == ["note"]
    assert advert(codes=codes(), text=OFF) == []


def test_signs_that_stand_together_are_one_finding_and_far_ones_are_not() -> None:
    card = page(40, 50, "扫码关注公众号", "咨询热线：400-123-4567")
    made = outcome(
        "advert", subject(text=pages(page(0, 9, "标题"), card), codes=codes(qr(41, 50, "http://weixin.qq.com/r/x")))
    )
    assert briefly(made.findings) == [("warning", 40, 50)]
    assert made.findings[0].params["count"] == 5
    far = pages(page(0, 5, "扫一扫"), page(400, 410, "www.shop-example.com"))
    assert advert(text=far) == ["note", "note"]


def test_the_same_sign_on_every_page_is_told_once() -> None:
    marked = [page(10 * index, 10 * index + 10, f"第 {index} 页", "www.logo-example.com") for index in range(60)]
    made = outcome("advert", subject(text=pages(*marked, page(600, 605, "扫一扫"))))
    assert briefly(made.findings) == [("note", 0, 600), ("note", 600, 605)]


@pytest.mark.parametrize(
    "why", [OFF, Unread("reader-missing", {"package": "rapidocr"})], ids=lambda why: str(why.reason)
)
def test_without_any_reader_advertising_cannot_be_judged(why: Unread) -> None:
    made = outcome("advert", subject(text=why))
    assert (made.kind, made.reason) == (OutcomeKind.NOT_MEASURABLE, f"reason.{why.reason}")
