import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { BellPlus, Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Schemas } from "@/api/client";
import { Badge } from "@/ui/badge";
import { Button, buttonClasses } from "@/ui/button";
import { Card } from "@/ui/card";
import { Empty } from "@/ui/state";
import { type Column, DataTable } from "@/ui/table";
import { AlertFilterBar } from "./alert-filter-bar";
import { rulesQuery } from "./queries";
import { EditRuleDialog, NewRuleDialog } from "./rule-dialog";
import { RuleScope } from "./rule-scope";
import { RuleSwitch } from "./rule-switch";
import { CHANNEL_NAMES, conditionText } from "./words";

type Rule = Schemas["AlertRuleBody"];

/** Rules: when somebody is told, and where. */
export function RulesTab() {
  const { enabled, type, client, pipeline, cursor } = useSearch({ from: "/alerts" });
  const navigate = useNavigate({ from: "/alerts" });
  const [edited, setEdited] = useState<string>(); // a rule's id, or "new"
  const filters = {
    ...(enabled !== undefined && { enabled }),
    ...(type !== undefined && { type }),
    ...(client !== undefined && { client }),
    ...(pipeline !== undefined && { pipeline }),
  };
  const { data, error, refetch, isPlaceholderData } = useQuery(rulesQuery(filters, cursor));
  const next = data?.next_cursor;
  const goTo = (place: string | undefined) =>
    void navigate({ search: ({ cursor: _, ...rest }) => (place === undefined ? rest : { ...rest, cursor: place }) });
  const create = (
    <Button look="primary" onClick={() => setEdited("new")}>
      <Plus aria-hidden className="size-4" /> New rule
    </Button>
  );
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <AlertFilterBar />
        {create}
      </div>
      <Card flush>
        <DataTable
          label="Rules"
          columns={columns(setEdited)}
          rows={data?.items}
          keyOf={(rule) => rule.id}
          error={error}
          onRetry={() => void refetch()}
          isStale={isPlaceholderData}
          empty={<NoRules isFiltered={Object.keys(filters).length > 0} create={create} />}
          paging={{
            next: next == null ? undefined : () => goTo(next),
            first: cursor === undefined ? undefined : () => goTo(undefined),
          }}
        />
      </Card>
      <p className="max-w-prose text-muted text-xs">
        The most specific scope wins: of each type, a pipeline's own rules hold instead of its client's, and those
        instead of the ones for everywhere. Several rules of the same scope hold side by side.
      </p>
      {edited === "new" && <NewRuleDialog onClose={() => setEdited(undefined)} />}
      {edited !== undefined && edited !== "new" && (
        <EditRuleDialog ruleId={edited} onClose={() => setEdited(undefined)} />
      )}
    </div>
  );
}

function Actions({ rule, onEdit }: { rule: Rule; onEdit: (ruleId: string) => void }) {
  return (
    <div className="flex flex-wrap gap-2 lg:flex-nowrap">
      <Button small onClick={() => onEdit(rule.id)}>
        Edit
      </Button>
      <RuleSwitch rule={rule} />
      <Link
        to="/alerts"
        search={{ state: "all", rule: rule.id }}
        className={buttonClasses({ look: "quiet", small: true })}
      >
        Its alerts
      </Link>
    </div>
  );
}

function columns(onEdit: (ruleId: string) => void): readonly Column<Rule>[] {
  return [
    {
      id: "scope",
      header: "For",
      className: "min-w-44",
      cell: (rule) => (
        <div className="[overflow-wrap:anywhere]">
          <p className="font-medium">
            <RuleScope rule={rule} />
          </p>
          <div className="mt-1 space-y-2 lg:hidden">
            <p>{conditionText(rule)}</p>
            <p className="flex flex-wrap items-center gap-2">
              <Destination rule={rule} />
              <Enabled rule={rule} />
            </p>
            <Actions rule={rule} onEdit={onEdit} />
          </div>
        </div>
      ),
    },
    { id: "condition", header: "When", hidden: "lg", cell: (rule) => conditionText(rule) },
    { id: "channel", header: "Where", hidden: "lg", cell: (rule) => <Destination rule={rule} /> },
    { id: "state", header: "State", hidden: "lg", cell: (rule) => <Enabled rule={rule} /> },
    { id: "actions", header: "Actions", hidden: "lg", cell: (rule) => <Actions rule={rule} onEdit={onEdit} /> },
  ];
}

function Destination({ rule }: { rule: Rule }) {
  return (
    <span className="whitespace-nowrap">
      {CHANNEL_NAMES[rule.channel]} <code className="font-mono text-muted text-xs">{rule.masked_destination}</code>
    </span>
  );
}

function Enabled({ rule }: { rule: Rule }) {
  return rule.is_enabled ? <Badge tone="ok">Enabled</Badge> : <Badge tone="idle">Disabled</Badge>;
}

function NoRules({ isFiltered, create }: { isFiltered: boolean; create: ReactNode }) {
  if (isFiltered) return <Empty title="No rule is like this">Choose other filters, or none.</Empty>;
  return (
    <Empty title="There are no rules yet" icon={<BellPlus strokeWidth={1.5} />} actions={create}>
      Nobody is told of anything until a rule says when, and where.
    </Empty>
  );
}
