"""Tiers and types of units."""

TIERS = ("property", "community", "street", "district", "city")
_UNIT_TYPE_CODES = (
    "property_company community street housing urban_management ecology transport "
    "traffic_police police market labor education health civil_affairs planning agriculture "
    "water_resources culture_tourism_sport tax emergency fire development_reform finance "
    "medical_insurance housing_fund veterans justice disabled_federation power water_gas "
    "transit telecom_post financial_regulator petition discipline land_acquisition science_it "
    "business other"
)
UNIT_TYPES = frozenset(_UNIT_TYPE_CODES.split())
