import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTitle } from "@/app/title";
import { PageHead } from "@/ui/card";
import { Tabs } from "@/ui/tabs";
import { AlertsTab } from "./alerts-tab";
import { RulesTab } from "./rules-tab";

export function AlertsPage() {
  const { tab } = useSearch({ from: "/alerts" });
  const navigate = useNavigate({ from: "/alerts" });
  useTitle(tab === "rules" ? "Rules of alerts" : "Alerts");
  return (
    <>
      <PageHead title="Alerts" about="What is wrong with pipelines, and who is told of it." />
      <Tabs
        label="Alerts and rules"
        value={tab ?? "alerts"}
        onChange={(value) => void navigate({ search: value === "rules" ? { tab: "rules" } : {} })}
        tabs={[
          { value: "alerts", label: "Alerts", content: <AlertsTab /> },
          { value: "rules", label: "Rules", content: <RulesTab /> },
        ]}
      />
    </>
  );
}
