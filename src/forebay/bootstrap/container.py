"""The object graph. Only this module knows dependency-injector."""

import random
from concurrent.futures import Executor

from dependency_injector import containers, providers

from forebay.adapters.system.clock import SystemClock
from forebay.adapters.system.ids import SystemIds
from forebay.adapters.system.no_tracer import NoTracer
from forebay.application.documents.classify_documents import ClassifyDocuments
from forebay.application.documents.current_model import CurrentModel
from forebay.application.documents.decide_category import DecideCategory
from forebay.application.documents.document_bytes import DocumentBytes
from forebay.application.documents.extract_documents import ExtractDocuments
from forebay.application.documents.find_documents import FindDocuments
from forebay.application.documents.keep_attachments import KeepAttachments
from forebay.application.documents.keep_text import KeepText
from forebay.application.documents.processors import document_processors
from forebay.application.documents.read_sample import ReadSample
from forebay.application.intake.block_pool import BlockPool
from forebay.application.intake.browse_members import BrowseMembers
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
from forebay.application.intake.replace_damaged import ReplaceDamaged
from forebay.application.intake.replay_upload import ReplayUpload
from forebay.application.intake.store_blob import StoreBlob
from forebay.application.intake.sweep import Sweep
from forebay.application.intake.touch_run import TouchRun
from forebay.application.intake.verify_blobs import VerifyBlobs
from forebay.application.pipelines.sync_runs import sync_processors
from forebay.application.ports.alert_observer import AlertObserver
from forebay.application.ports.archives import ArchiveReader
from forebay.application.ports.notifier import Notifiers
from forebay.application.ports.observer import ProcessingObserver
from forebay.application.ports.run_source import RunSources
from forebay.application.ports.signals import ChangeSignals
from forebay.application.ports.spool import Spool
from forebay.application.ports.text import TextExtractor
from forebay.application.ports.tracing import WorkTracer
from forebay.application.processing.automatic_jobs import AutomaticJobs
from forebay.application.processing.catalogue.catalogue_files import CatalogueFiles
from forebay.application.processing.catalogue.processors import built_in
from forebay.application.processing.catalogue.write_manifest import WriteManifest
from forebay.application.processing.change_job import CancelJob, RetryJob
from forebay.application.processing.claim_job import ClaimJob
from forebay.application.processing.endings import JobEndings
from forebay.application.processing.follow_events import FollowEvents, ListEvents
from forebay.application.processing.holding import LeaseKeeper
from forebay.application.processing.prune_events import PruneEvents
from forebay.application.processing.prune_jobs import PruneJobs
from forebay.application.processing.read_artifact import ReadArtifact
from forebay.application.processing.recover_jobs import RecoverJobs
from forebay.application.processing.show_jobs import GetJob, ListArtifacts, ListJobs, ListModels, QueueStatus
from forebay.application.processing.start_job import StartJob
from forebay.application.processing.steps import JobSteps
from forebay.application.processing.work_on_job import WorkOnJob
from forebay.application.processing.worker import Worker
from forebay.application.system.check_health import CheckHealth
from forebay.application.system.describe_system import DescribeSystem
from forebay.application.system.installation import OwnWorker
from forebay.application.system.show_resources import ShowResources
from forebay.application.use_cases import (
    IntakeUseCases,
    ProcessingUseCases,
    SystemUseCases,
    UseCases,
)
from forebay.bootstrap.alerting import alerts_use_cases
from forebay.bootstrap.classification import ClassifierParts
from forebay.bootstrap.disks import disks_of
from forebay.bootstrap.documents import documents_use_cases
from forebay.bootstrap.installation import describe_installation
from forebay.bootstrap.links import link_signer
from forebay.bootstrap.parts import BlobParts, DatabaseParts, QueueParts
from forebay.bootstrap.pipelines import pipelines_use_cases
from forebay.bootstrap.policies import archive_limits, document_policy, lineage_clients, processing_policy
from forebay.bootstrap.processors import collect_processors
from forebay.bootstrap.settings import Settings
from forebay.version import __version__


class Container(containers.DeclarativeContainer):
    """Everything between the opened parts and the use cases."""

    settings = providers.Dependency(instance_of=Settings)
    database = providers.Dependency(instance_of=DatabaseParts)
    blob_parts = providers.Dependency(instance_of=BlobParts)
    hashing = providers.Dependency(instance_of=Executor)
    signals: providers.Dependency[ChangeSignals] = providers.Dependency()
    queue_parts = providers.Dependency(instance_of=QueueParts)
    archives: providers.Dependency[ArchiveReader] = providers.Dependency()
    observer: providers.Dependency[ProcessingObserver] = providers.Dependency()
    tracer: providers.Dependency[WorkTracer] = providers.Dependency(default=providers.Singleton(NoTracer))
    text: providers.Dependency[TextExtractor] = providers.Dependency()
    spool: providers.Dependency[Spool] = providers.Dependency()
    classification = providers.Dependency(instance_of=ClassifierParts)
    run_sources: providers.Dependency[RunSources] = providers.Dependency()
    notifiers: providers.Dependency[Notifiers] = providers.Dependency()
    alert_observer: providers.Dependency[AlertObserver] = providers.Dependency()
    probes = providers.Dependency(instance_of=tuple)
    own_worker: providers.Dependency[OwnWorker | None] = providers.Dependency(default=providers.Object(None))
    replaced: providers.Dependency[frozenset[str]] = providers.Dependency(default=providers.Object(frozenset()))
    clock: providers.Dependency[SystemClock] = providers.Dependency(default=providers.Singleton(SystemClock))
    ids: providers.Dependency[SystemIds] = providers.Dependency(default=providers.Singleton(SystemIds))

    unit_of_work = database.provided.unit_of_work
    blobs = blob_parts.provided.store
    queue = queue_parts.provided.queue

    limits = providers.Singleton(UploadLimits, max_bytes=settings.provided.max_upload_bytes)
    blocks = providers.Singleton(BlockPool)
    archive_limits = providers.Singleton(archive_limits, settings)
    policy = providers.Singleton(processing_policy, settings)

    catalogue_files = providers.Singleton(
        CatalogueFiles,
        reader=archives,
        limits=archive_limits,
        observer=observer,
        clock=clock,
        ids=ids,
        version=__version__,
    )
    write_manifest = providers.Singleton(WriteManifest)

    documents_policy = providers.Singleton(document_policy, settings)
    read_file = providers.Singleton(
        ReadFile, unit_of_work=unit_of_work, blobs=blobs, archives=archives, archive_limits=archive_limits
    )
    document_bytes = providers.Singleton(DocumentBytes, read_file=read_file, spool=spool)
    read_sample = providers.Singleton(ReadSample, blobs=blobs, policy=documents_policy)
    current_model = providers.Singleton(
        CurrentModel, unit_of_work=unit_of_work, blobs=blobs, learners=classification.provided.learners
    )
    classify_documents = providers.Factory(
        ClassifyDocuments,
        decide=providers.Singleton(DecideCategory, classification.provided.classifiers),
        read_sample=read_sample,
        current_model=current_model,
        clock=clock,
        ids=ids,
    )
    documents_processors = providers.Singleton(
        document_processors,
        catalogue=catalogue_files,
        manifest=write_manifest,
        find=providers.Singleton(FindDocuments, extractor=text, clock=clock, ids=ids),
        extract=providers.Singleton(
            ExtractDocuments,
            content=document_bytes,
            extractor=text,
            keep_text=providers.Singleton(KeepText, blobs=blobs, clock=clock, ids=ids),
            keep_attachments=providers.Singleton(
                KeepAttachments, extractor=text, blobs=blobs, policy=documents_policy, clock=clock, ids=ids
            ),
            policy=documents_policy,
            clock=clock,
            version=__version__,
        ),
        classify=classify_documents,
        classify_again=providers.Factory(classify_documents, again=True),
    )
    processors = providers.Singleton(
        collect_processors,
        providers.Singleton(built_in, catalogue_files, write_manifest),
        documents_processors,
        providers.Singleton(sync_processors, sources=run_sources, unit_of_work=unit_of_work, clock=clock, ids=ids),
    )
    automatic_jobs = providers.Singleton(
        AutomaticJobs, processors=processors, policy=policy, queue=queue, tracer=tracer, ids=ids
    )

    create_ingestion_run = providers.Singleton(CreateIngestionRun, unit_of_work=unit_of_work, clock=clock)
    fail_ingestion_run = providers.Singleton(FailIngestionRun, unit_of_work=unit_of_work, clock=clock)
    store_blob = providers.Singleton(StoreBlob, blobs=blobs, blocks=blocks, hashing=hashing, limits=limits)
    replace_damaged = providers.Singleton(ReplaceDamaged, unit_of_work=unit_of_work, blobs=blobs, clock=clock)
    record_upload = providers.Singleton(
        RecordUpload,
        unit_of_work=unit_of_work,
        blobs=blobs,
        replace_damaged=replace_damaged,
        jobs=automatic_jobs,
        ids=ids,
        clock=clock,
    )
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
    delete_run = providers.Singleton(DeleteRun, unit_of_work=unit_of_work, blobs=blobs, clock=clock)
    intake = providers.Singleton(
        IntakeUseCases,
        create_ingestion_run=create_ingestion_run,
        store_blob=store_blob,
        fail_ingestion_run=fail_ingestion_run,
        receive_upload=receive_upload,
        list_runs=providers.Singleton(ListRuns, unit_of_work=unit_of_work),
        get_run=providers.Singleton(GetRun, unit_of_work=unit_of_work),
        list_files=providers.Singleton(ListFiles, unit_of_work=unit_of_work),
        browse_members=providers.Singleton(BrowseMembers, unit_of_work=unit_of_work),
        read_file=read_file,
        delete_run=delete_run,
        sweep=providers.Singleton(
            Sweep,
            unit_of_work=unit_of_work,
            blobs=blobs,
            incomplete=blob_parts.provided.incomplete,
            fail_run=fail_ingestion_run,
            clock=clock,
        ),
        verify_blobs=providers.Singleton(
            VerifyBlobs, unit_of_work=unit_of_work, blobs=blobs, hashing=hashing, clock=clock
        ),
    )

    endings = providers.Singleton(JobEndings, processors=processors)
    claim_job = providers.Singleton(
        ClaimJob,
        unit_of_work=unit_of_work,
        processors=processors,
        endings=endings,
        policy=policy,
        observer=observer,
        clock=clock,
        ids=ids,
    )
    work_on_job = providers.Singleton(
        WorkOnJob,
        keeper=providers.Singleton(
            LeaseKeeper, unit_of_work=unit_of_work, signals=signals, policy=policy, observer=observer, clock=clock
        ),
        steps=providers.Singleton(
            JobSteps,
            unit_of_work=unit_of_work,
            processors=processors,
            endings=endings,
            policy=policy,
            blobs=blobs,
            clock=clock,
            ids=ids,
        ),
        endings=endings,
        policy=policy,
        observer=observer,
        tracer=tracer,
        queue=queue,
        clock=clock,
        chance=providers.Object(random.random),
    )
    start_job = providers.Singleton(
        StartJob,
        unit_of_work=unit_of_work,
        processors=processors,
        policy=policy,
        queue=queue,
        tracer=tracer,
        clock=clock,
        ids=ids,
    )
    processing = providers.Singleton(
        ProcessingUseCases,
        start_job=start_job,
        cancel_job=providers.Singleton(CancelJob, unit_of_work=unit_of_work, endings=endings, clock=clock),
        retry_job=providers.Singleton(RetryJob, unit_of_work=unit_of_work, queue=queue, clock=clock),
        recover_jobs=providers.Singleton(
            RecoverJobs,
            unit_of_work=unit_of_work,
            processors=processors,
            queue=queue,
            is_local=queue_parts.provided.is_local,
            depth=queue_parts.provided.depth,
            clock=clock,
        ),
        prune_events=providers.Singleton(PruneEvents, unit_of_work=unit_of_work, clock=clock),
        prune_jobs=providers.Singleton(PruneJobs, unit_of_work=unit_of_work, clock=clock),
        claim_job=claim_job,
        work_on_job=work_on_job,
        worker=providers.Singleton(
            Worker,
            claim=claim_job,
            work_on=work_on_job,
            processors=processors,
            unit_of_work=unit_of_work,
            signals=signals,
            observer=observer,
            clock=clock,
        ),
        list_jobs=providers.Singleton(ListJobs, unit_of_work=unit_of_work),
        get_job=providers.Singleton(GetJob, unit_of_work=unit_of_work),
        list_events=providers.Singleton(ListEvents, unit_of_work=unit_of_work),
        follow_events=providers.Singleton(FollowEvents, unit_of_work=unit_of_work, signals=signals),
        list_artifacts=providers.Singleton(ListArtifacts, unit_of_work=unit_of_work),
        read_artifact=providers.Singleton(ReadArtifact, unit_of_work=unit_of_work, blobs=blobs),
        list_models=providers.Singleton(ListModels, unit_of_work=unit_of_work),
        queue_status=providers.Singleton(QueueStatus, unit_of_work=unit_of_work, clock=clock),
    )
    pipelines = providers.Singleton(
        pipelines_use_cases,
        unit_of_work=unit_of_work,
        jobs=unit_of_work,
        sources=run_sources,
        start_job=start_job,
        lineage_clients=providers.Singleton(lineage_clients, settings),
        clock=clock,
        ids=ids,
    )
    alerts = providers.Singleton(
        alerts_use_cases,
        unit_of_work=unit_of_work,
        notifiers=notifiers,
        signals=signals,
        observer=alert_observer,
        clock=clock,
        ids=ids,
    )
    documents = providers.Singleton(
        documents_use_cases,
        unit_of_work=unit_of_work,
        blob_parts=blob_parts,
        classification=classification,
        extractor=text,
        policy=documents_policy,
        content=document_bytes,
        read_file=read_file,
        read_sample=read_sample,
        current_model=current_model,
        delete_run=delete_run,
        signer=providers.Singleton(link_signer, settings),
        link_seconds=settings.provided.link_seconds,
        clock=clock,
        ids=ids,
    )
    system = providers.Singleton(
        SystemUseCases,
        check_health=providers.Singleton(CheckHealth, probes=probes),
        describe=providers.Singleton(
            DescribeSystem,
            installation=providers.Singleton(
                describe_installation,
                settings,
                started_at=clock.provided.now.call(),
                worker=own_worker,
                replaced=replaced,
            ),
            unit_of_work=unit_of_work,
            schema=database.provided.schema,
            clock=clock,
        ),
        resources=providers.Singleton(
            ShowResources, pool=database.provided.pool, disks=providers.Singleton(disks_of, settings, replaced)
        ),
    )
    use_cases = providers.Singleton(
        UseCases,
        intake=intake,
        processing=processing,
        documents=documents,
        pipelines=pipelines,
        alerts=alerts,
        system=system,
    )
