"""What keeps a Forebay from being copied."""

from forebay.domain.errors import ConflictError, ForebayError


class CopyTargetNotEmptyError(ConflictError):
    """The target of a copy holds other data; give an empty database or store, or one that holds a copy of this one."""

    code = "copy_target_not_empty"


class CopySourceBusyError(ConflictError):
    """Somebody is at work on what is to be copied; stop servers and workers first."""

    code = "copy_source_busy"


class CopyDiffersError(ForebayError):
    """What arrived in the target is not what the source holds, and was not kept. Please report it."""

    code = "copy_differs"
