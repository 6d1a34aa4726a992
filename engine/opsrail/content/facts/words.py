"""Closed lists of English words that binding leans on.

`VERBS` never start a noun; the rest of `VERB_FORMS` may ("3 replies", "14-day refund window") and
only end one that has begun.
"""

from __future__ import annotations

DETERMINERS = frozenset(
    """
    the a an this that these those your our their his her its my more additional further other
    such full first last same new respective any all every each some both
    """.split()
)

PRONOUNS = frozenset(
    """
    i you we they he she it this that these those who which there what one everyone anyone nobody
    somebody someone people and or but if when as because so then please not also to
    """.split()
)

LINKS = frozenset(
    "of for from after before prior since following per in on to into at during".split()
)

VERBS = frozenset(
    """
    get gets got give gives take takes took make makes made need needs want wants go goes come
    comes keep keeps kept see sees let lets apply applies expire expires happen happens remain
    remains receive receives require requires pass passes elapse elapses wait waits start starts
    begin begins end ends mean means help helps exceed exceeds stay stays become becomes run runs
    set sets last lasts
    """.split()
)

VERB_FORMS = VERBS | frozenset(
    """
    use uses review reviews ask asks close closes open opens refund refunds send sends handle
    handles escalate escalates reply replies respond responds
    """.split()
)

BEING = frozenset("is are was were be been being".split())

AUXILIARIES = BEING | frozenset("can could will would must may should shall has have had".split())

PARTICIPLES = frozenset(
    "kept held sent paid made given taken lost shut cut put written sold frozen".split()
)
"""The common ones that do not end in "ed"."""

NOUNS_IN_LY = frozenset("reply supply family assembly anomaly apply weekly monthly ally".split())

NUMBER_WORDS = frozenset("one two three four five six seven eight nine ten twelve".split())

NUMBERED = frozenset("tier level priority severity sev team ring region group plan line".split())
"""Words whose number is part of their name."""

UNITS = frozenset(
    """
    second seconds minute minutes min mins hour hours hrs day days week weeks month months quarter
    quarters year years percent dollars euros
    """.split()
)

STOPS = (
    DETERMINERS
    | LINKS
    | NUMBER_WORDS
    | frozenset(
        """
        and or but nor so yet if then else when while where whether because as than although
        though until till unless except only never not no yes without with within by via between
        against under over above below up down out off about around near through across along upon
        toward is are was were be been being am has have had having do does did done doing can
        could will would shall should may might must cannot can't don't doesn't didn't won't isn't
        aren't i you we they he she it me us them him who whom whose which what there here also
        always often usually already just even still ever once again too very most least much many
        less fewer later earlier longer maximum minimum max min please long total greater higher
        lower larger smaller bigger nearly almost ago now today soon instead rather either neither
        it's that's we're you're they're etc e.g i.e vs equal inside outside
        january february april june july august september october november december mon-fri
        monday tuesday wednesday thursday friday saturday sunday
        get gets got give gives take takes took last lasts run runs expires exceed exceeds
        exceeding limited capped set usd eur gbp utc gmt cet cest est pst
        """.split()
    )
)
