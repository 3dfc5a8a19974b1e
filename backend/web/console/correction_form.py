"""The form that corrects a case's place, kind or domain."""

from dataclasses import replace

from backend.cases.field_corrections import domains
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.labels import KIND_LABELS
from backend.web.console.form_fields import Field, StepForm

_PLACE = Field("place", "正确的地点", "line", "写全一些，例如西湖区文三路478号", required=False)
_KIND = Field("kind", "正确的类型", "select", required=False, choices=tuple(KIND_LABELS.items()))
_DOMAIN = Field("domain", "正确的领域", "select", required=False)
_BASIS = Field("reason", "依据", "line", "例如：打电话问过市民", required=False)
CORRECTION = StepForm(
    Action.CORRECT,
    "空着的不改；新旧都记入办理记录，类型改了期限跟着变",
    (_PLACE, _KIND, _DOMAIN, _BASIS),
)


def with_domains(form: StepForm) -> StepForm:
    """The form with the power list's domains to choose from."""
    if form.action is not Action.CORRECT:
        return form
    domain = replace(_DOMAIN, choices=tuple((name, name) for name in domains()))
    return replace(form, fields=(_PLACE, _KIND, domain, _BASIS))
