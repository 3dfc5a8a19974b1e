"""No module imports itself, however long the way round."""

from grimp import ImportGraph, build_graph


def imports_itself(graph: ImportGraph, module: str) -> bool:
    imported = graph.find_modules_directly_imported_by(module)
    return any(module in graph.find_upstream_modules(it) for it in imported)


def test_no_module_imports_itself() -> None:
    graph = build_graph("bot", "dialogue", "backend", "nlu")
    assert len(graph.modules) > 300
    assert [it for it in graph.modules if imports_itself(graph, it)] == []
