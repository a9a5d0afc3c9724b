import { useNavigate, useSearch } from "@tanstack/react-router";
import { known } from "@/app/search";
import { Button } from "@/ui/button";
import { FilterSelect } from "@/ui/field";
import { ClientPicker, PipelinePicker } from "./picker";
import { type AlertsSearch, RULE_TYPES } from "./search";
import { TYPE_NAMES } from "./words";

const TYPES = RULE_TYPES.map((value) => ({ value, label: TYPE_NAMES[value] }));
const STATES = [
  { value: "closed", label: "Closed" },
  { value: "all", label: "Open and closed" },
];
const TAKEN = [
  { value: "no", label: "By nobody" },
  { value: "yes", label: "By somebody" },
];
const ENABLED = [
  { value: "yes", label: "Enabled" },
  { value: "no", label: "Disabled" },
];

/** Filters of what is listed. They stand in the URL; another filter begins with the first page. */
export function AlertFilterBar() {
  const search = useSearch({ from: "/alerts" });
  const navigate = useNavigate({ from: "/alerts" });
  const isRules = search.tab === "rules";
  const filter = (changed: Partial<Record<keyof AlertsSearch, string | undefined>>) =>
    void navigate({
      // the selects offer nothing but what readAlertsSearch takes
      search: ({ cursor: _, closedCursor: __, ...rest }) => known({ ...rest, ...changed }) as AlertsSearch,
      replace: true,
    });
  const { tab: _, state: __, cursor: ___, closedCursor: ____, alert: _____, ...set } = search;
  return (
    <search
      aria-label={isRules ? "Filter rules" : "Filter alerts"}
      className="flex flex-wrap items-center gap-x-3 gap-y-2"
    >
      {isRules ? (
        <FilterSelect
          label="State"
          any="Any"
          value={search.enabled}
          choices={ENABLED}
          onChange={(enabled) => filter({ enabled })}
        />
      ) : (
        <>
          <FilterSelect
            label="State"
            any="Open"
            value={search.state}
            choices={STATES}
            onChange={(state) => filter({ state })}
          />
          <FilterSelect
            label="Acknowledged"
            any="Any"
            value={search.acknowledged}
            choices={TAKEN}
            onChange={(acknowledged) => filter({ acknowledged })}
          />
        </>
      )}
      <FilterSelect
        label="Rule"
        any="Any type"
        value={search.type}
        choices={TYPES}
        onChange={(type) => filter({ type })}
      />
      <div className="w-36 grow sm:grow-0">
        <ClientPicker
          small
          aria-label="Client"
          placeholder="Any client"
          value={search.client}
          onChange={(client) => filter({ client, pipeline: undefined })}
        />
      </div>
      <div className="w-36 grow sm:grow-0">
        <PipelinePicker
          small
          aria-label="Pipeline"
          placeholder="Any pipeline"
          clientId={isRules ? undefined : search.client}
          value={search.pipeline}
          onChange={(pipeline) => filter({ pipeline, ...(isRules && { client: undefined }) })}
        />
      </div>
      {search.rule !== undefined && !isRules && <span className="text-muted text-xs">Of one rule only</span>}
      {Object.keys(set).length > 0 && (
        <Button
          small
          look="quiet"
          onClick={() =>
            filter({
              acknowledged: undefined,
              type: undefined,
              client: undefined,
              pipeline: undefined,
              rule: undefined,
              enabled: undefined,
            })
          }
        >
          Clear filters
        </Button>
      )}
    </search>
  );
}
