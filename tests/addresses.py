"""Every address of the site, read from the URL resolver itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse


@dataclass(frozen=True, slots=True)
class Address:
    """One pattern: `name` with its namespace, `parameters` in the order of the route."""

    name: str
    parameters: tuple[str, ...]

    def path(self, **values: Any) -> str:
        """Where it is; each parameter without a value is 1."""
        return reverse(self.name, kwargs={name: values.get(name, 1) for name in self.parameters})


def every_address() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, "", ()))


def _walk(
    patterns: Sequence[URLPattern | URLResolver], namespace: str, parameters: tuple[str, ...]
) -> Iterator[Address]:
    for each in patterns:
        taken = (*parameters, *each.pattern.converters)
        if isinstance(each, URLResolver):
            within = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from _walk(each.url_patterns, within, taken)
        else:
            assert each.name, f"{each.pattern} has no name"
            yield Address(namespace + each.name, taken)
