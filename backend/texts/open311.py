"""Texts to residents who lodge a request in another app."""

from backend.vocabulary.texts import Text

RECEIVED = Text("已登记。请保存编号，凭编号查询进展；也可以拨打 12345。")
IF_IN_DANGER = Text("如果有人有危险，请马上拨打 {number}。")
