"""Scores given to something else than the repair: 休息室的面给5分, APP只配1分. They are no answer to our question."""

import re

from bot.understanding.score_words import ONE, UNIT

_THING = (
    "app|小程序|公众号|网站|网页|系统|机器人|客服机|休息[室区间]|客休|候车区|茶水间|(?:牛肉|拉|泡|汤|碗|炒)面|面条|咖啡|奶茶|茶水?|饭菜?|盒饭|午餐|食堂|点心|"
    "水果|零食|停车[场位]?|车位|厕所|洗手间|卫生间|沙发|按摩椅|wi-?fi|音乐|装修|洗车的?(?:阿姨|大叔|师傅|小[哥伙妹])?|保安|门卫|"
    "短信|问卷|导航"
)
_WORK = "修车|维修|修理|返修|检修|修的|修得|车修|活[儿计]?|手艺|技术|师傅|保养"
_GIVEN = (
    f"(?:[给打值配评得]|算|是|也|都|就|只|最多|顶多|能|够|才|的话|个|倒|必须|那是)*(?P<n>{ONE})(?:{UNIT}|(?=$|[,。!;]))"
)
# 修车4分: the score of the work, named as one beside another.
_OF_WORK = re.compile(
    f"(?:^|[,。!; ])[^,。!;\\d]{{0,4}}?(?:{_WORK})(?:的)?(?:师傅|部分|这块|方面|嘛|吧|呢|啊)?{_GIVEN}"
)
_OF_A_THING = re.compile(
    f"(?:^|(?<=[,。!; ]))[^,。!;\\d]{{0,8}}?(?:{_THING})[^,。!;\\d]{{0,5}}?(?:嘛|吧|呢|啊)?{_GIVEN}[^,。!;]*"
)
_HOW_IT_WAS = re.compile("总[体的共]|整体|综合|合计|平均")


def of_the_repair(body: str) -> str:
    """修车4分, APP只配1分 → 修车4分: a reply without the scores of other things."""
    if _HOW_IT_WAS.search(body):
        return body
    rest = _OF_A_THING.sub("", body).strip(",。!; ")
    if rest == body:
        return body
    work = _OF_WORK.search(rest)
    return work[0].strip(",。!; ") if work and len(_OF_WORK.findall(rest)) == 1 else rest
