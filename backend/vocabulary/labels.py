"""Chinese labels of the codes in the data, for staff."""

from backend.vocabulary.channels import CHANNELS

KIND_LABELS = {
    "inquiry": "咨询",
    "help": "求助",
    "complaint": "投诉",
    "report": "举报",
    "suggestion": "建议",
    "praise": "表扬",
}

TIER_LABELS = {
    "property": "小区物业",
    "community": "村社",
    "street": "镇街",
    "district": "区级部门",
    "city": "市级部门",
}

CHANNEL_LABELS = dict(CHANNELS)

UNIT_TYPE_LABELS = {
    "property_company": "物业公司",
    "community": "社区（村）",
    "street": "街道（乡镇）",
    "housing": "住建房管",
    "urban_management": "综合行政执法",
    "ecology": "生态环境",
    "transport": "交通运输",
    "traffic_police": "交警",
    "police": "公安",
    "market": "市场监管",
    "labor": "人力社保",
    "education": "教育",
    "health": "卫生健康",
    "civil_affairs": "民政",
    "planning": "规划和自然资源",
    "agriculture": "农业农村",
    "water_resources": "水利",
    "culture_tourism_sport": "文广旅体",
    "tax": "税务",
    "emergency": "应急管理",
    "fire": "消防救援",
    "development_reform": "发展改革",
    "finance": "财政",
    "medical_insurance": "医保",
    "housing_fund": "住房公积金",
    "veterans": "退役军人事务",
    "justice": "司法行政",
    "disabled_federation": "残联",
    "power": "供电",
    "water_gas": "水务燃气",
    "transit": "公交地铁",
    "telecom_post": "通信邮政",
    "financial_regulator": "金融监管",
    "petition": "信访",
    "discipline": "纪检监察",
    "land_acquisition": "征地拆迁",
    "science_it": "科技和信息化",
    "business": "商务",
    "other": "其他单位",
}
