"""The parts of an appeal, and how residents name them."""

from enum import StrEnum


class Part(StrEnum):
    PLACE = "place"
    TIME = "time"
    KIND = "kind"
    CONTACT = "contact"
    NAME = "name"
    MATTER = "matter"


PART_NAMES = {
    Part.PLACE: "地址|地点|地方|位置|定位|门牌号?码?|楼[号层栋]|房号|单元号?|[幢栋]号?|门号|站名"
    "|路口|路名?|村[子庄]?名?|小区名?|街道|区|镇",
    Part.TIME: "时间|日期|日子|钟点|几点|月份",
    Part.CONTACT: "(?:联系)?电话号?码?|手机号?码?|号码|联系方式",
    Part.NAME: "名字|姓名|真名|姓|称呼",
    Part.KIND: "类别|类型|分类|性质",
    Part.MATTER: "内容|事情|情况|问题|描述|文字|金额|钱数?|数额|价钱|价格|人数|户数|天数|次数|数量"
    "|班数|线路|车号|数字",
}
VERBS = "写|弄|搞|记|听|说|讲|填|登|打|输|录|念|认|报|标"  # 写错了, 听错了
