import { Tabs } from "@mantine/core";
import { IconFaceId, IconUserSearch } from "@tabler/icons-react";
import { useSearchParams } from "react-router-dom";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { PageHeader } from "../../components/PageHeader";
import { texts } from "../../texts";
import { Galleries } from "./Galleries";
import { Matches } from "./Matches";

/** Galleries for those who answer for them, proposals for those who decide on them. */
export default function FacesPage() {
  const t = texts.faces;
  const user = useUser();
  const [params, setParams] = useSearchParams();
  const tabs = [
    ...(may(user, "galleries")
      ? [{ value: "galleries", label: t.galleries, Icon: IconFaceId }]
      : []),
    ...(may(user, "matches") ? [{ value: "matches", label: t.matches, Icon: IconUserSearch }] : []),
  ];
  const tab = tabs.find((each) => each.value === params.get("tab"))?.value ?? tabs[0]?.value ?? "";
  return (
    <>
      <PageHeader title={t.title} lead={t.lead} />
      <Tabs
        value={tab}
        onChange={(value) => setParams(value === null ? {} : { tab: value }, { replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {tabs.map(({ value, label, Icon }) => (
            <Tabs.Tab key={value} value={value} leftSection={<Icon size={15} aria-hidden />}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="galleries">
          <Galleries
            chosen={params.get("gallery")}
            onChoose={(id) =>
              setParams(id === null ? { tab } : { tab, gallery: id }, { replace: true })
            }
          />
        </Tabs.Panel>
        <Tabs.Panel value="matches">
          <Matches />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
