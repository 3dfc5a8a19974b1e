"""The WeChat Official Account; the only place that imports wechatpy."""
