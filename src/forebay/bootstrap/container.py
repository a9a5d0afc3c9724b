"""The object graph. Only this module knows dependency-injector."""

from concurrent.futures import Executor

from dependency_injector import containers, providers

from forebay.adapters.system.clock import SystemClock
from forebay.adapters.system.ids import SystemIds
from forebay.application.intake.block_pool import BlockPool
from forebay.application.intake.create_ingestion_run import CreateIngestionRun
from forebay.application.intake.delete_run import DeleteRun
from forebay.application.intake.fail_ingestion_run import FailIngestionRun
from forebay.application.intake.get_run import GetRun
from forebay.application.intake.limits import UploadLimits
from forebay.application.intake.list_files import ListFiles
from forebay.application.intake.list_runs import ListRuns
from forebay.application.intake.read_file import ReadFile
from forebay.application.intake.receive_upload import ReceiveUpload
from forebay.application.intake.record_upload import RecordUpload
from forebay.application.intake.replay_upload import ReplayUpload
from forebay.application.intake.store_blob import StoreBlob
from forebay.application.intake.sweep import Sweep
from forebay.application.intake.touch_run import TouchRun
from forebay.application.system.check_health import CheckHealth
from forebay.application.use_cases import IntakeUseCases, SystemUseCases, UseCases
from forebay.bootstrap.parts import BlobParts, DatabaseParts
from forebay.bootstrap.settings import Settings


class Container(containers.DeclarativeContainer):
    """Everything between the opened parts and the use cases."""

    settings = providers.Dependency(instance_of=Settings)
    database = providers.Dependency(instance_of=DatabaseParts)
    blob_parts = providers.Dependency(instance_of=BlobParts)
    hashing = providers.Dependency(instance_of=Executor)
    probes = providers.Dependency(instance_of=tuple)
    clock: providers.Dependency[SystemClock] = providers.Dependency(default=providers.Singleton(SystemClock))
    ids: providers.Dependency[SystemIds] = providers.Dependency(default=providers.Singleton(SystemIds))

    unit_of_work = database.provided.unit_of_work
    blobs = blob_parts.provided.store

    limits = providers.Singleton(UploadLimits, max_bytes=settings.provided.max_upload_bytes)
    blocks = providers.Singleton(BlockPool)

    create_ingestion_run = providers.Singleton(CreateIngestionRun, unit_of_work=unit_of_work, clock=clock)
    fail_ingestion_run = providers.Singleton(FailIngestionRun, unit_of_work=unit_of_work, clock=clock)
    store_blob = providers.Singleton(StoreBlob, blobs=blobs, blocks=blocks, hashing=hashing, limits=limits)
    record_upload = providers.Singleton(RecordUpload, unit_of_work=unit_of_work, blobs=blobs, ids=ids, clock=clock)
    replay_upload = providers.Singleton(ReplayUpload, unit_of_work=unit_of_work)
    touch_run = providers.Singleton(TouchRun, unit_of_work=unit_of_work, clock=clock, limits=limits)
    receive_upload = providers.Singleton(
        ReceiveUpload,
        create_run=create_ingestion_run,
        store_blob=store_blob,
        record=record_upload,
        fail_run=fail_ingestion_run,
        replay=replay_upload,
        touch_run=touch_run,
        ids=ids,
        limits=limits,
    )
    intake = providers.Singleton(
        IntakeUseCases,
        create_ingestion_run=create_ingestion_run,
        store_blob=store_blob,
        fail_ingestion_run=fail_ingestion_run,
        receive_upload=receive_upload,
        list_runs=providers.Singleton(ListRuns, unit_of_work=unit_of_work),
        get_run=providers.Singleton(GetRun, unit_of_work=unit_of_work),
        list_files=providers.Singleton(ListFiles, unit_of_work=unit_of_work),
        read_file=providers.Singleton(ReadFile, unit_of_work=unit_of_work, blobs=blobs),
        delete_run=providers.Singleton(DeleteRun, unit_of_work=unit_of_work, blobs=blobs),
        sweep=providers.Singleton(
            Sweep,
            unit_of_work=unit_of_work,
            blobs=blobs,
            incomplete=blob_parts.provided.incomplete,
            fail_run=fail_ingestion_run,
            clock=clock,
        ),
    )
    system = providers.Singleton(SystemUseCases, check_health=providers.Singleton(CheckHealth, probes=probes))
    use_cases = providers.Singleton(UseCases, intake=intake, system=system)
