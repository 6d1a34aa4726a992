"""Every file format the engine reads, by kind: the schemas editors use are made from these."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from opsrail.content.formats import ContentPolicy, SourceFrontMatter, UpstreamFile
from opsrail.tailor.formats import PlaybookFile, RolesFile

FORMATS: Mapping[str, type[BaseModel]] = {
    "content-policy": ContentPolicy,
    "playbook": PlaybookFile,
    "roles": RolesFile,
    "source": SourceFrontMatter,
    "upstream": UpstreamFile,
}
