//! The whole story: a desk is made, a person is invited, a report is read and answered.

use protocol::content::Speaker;
use protocol::staff::ReportState;
use protocol::{ErrorCode, Role};
use server::clock::Clock as _;
use server::staff::PasskeyPolicy;
use server::staff::ceremony::{self, Person};
use store::acts::{ActFilter, Actor, Kind};

use crate::instance::{Instance, PASSPHRASE};

store::on_both_pairs! {
    async fn from_ceremony_to_reply(test: TestStore) {
        let instance = Instance::on(test, PasskeyPolicy::Off).await;
        let (store, client) = (&instance.state.store, &instance.client);
        let now = instance.clock.now();
        let desk = &instance.bay.desk;

        // Two of three custodians put the key together again; with it, the first supervisor is invited.
        let key = ceremony::recover(desk, &instance.bay.shares[1..]).unwrap();
        let ada = Person { login: "a.okafor".into(), name: "Ada Okafor".into(), role: Role::Supervisor };
        let code = ceremony::invite(store, desk, &ada, Some(&key), now + 600, now).await.unwrap();
        let joined = client.join(&code, PASSPHRASE).await.unwrap();
        assert_eq!((joined.login.as_str(), joined.role, joined.desk.as_str()), ("a.okafor", Role::Supervisor, "bay"));

        // The supervisor invites an investigator through the API.
        let supervisor = client.sign_in("A.Okafor", PASSPHRASE).await.unwrap();
        let (code, _) = supervisor.invite("b.lindqvist", "Bo Lindqvist", Role::Investigator).await.unwrap();
        client.join(&code, "nine ducks on the pond").await.unwrap();
        let officer = client.sign_in("b.lindqvist", "nine ducks on the pond").await.unwrap();

        // A report comes in and is read, by its summary and then whole.
        let (phrase, report) = instance.report("bay", "A coach who writes at night", true).await;
        let queue = officer.queue(&[ReportState::New], 50, None).await.unwrap();
        assert_eq!(queue.rows.len(), 1);
        let row = &queue.rows[0];
        assert!(row.urgent && row.unread && queue.next.is_none());
        assert_eq!(officer.summary(row).unwrap().title, "A coach who writes at night");
        let open = officer.report(report).await.unwrap();
        assert_eq!(open.answers().unwrap().questionnaire, "default");

        // What was handed out is on record under the officer's name.
        let filter = ActFilter { member: Some(officer.member().id), ..ActFilter::default() };
        let acts = store.acts().list(&filter, 0, 100).await.unwrap();
        let read: Vec<_> = acts.iter().filter(|act| act.kind == Kind::ItemConsulted).collect();
        assert_eq!(read.len(), 2, "answers and summary");
        assert!(read.iter().all(|act| act.report == Some(report) && act.actor == Actor::Member(officer.member().id)));
        assert!(acts.iter().any(|act| act.kind == Kind::QueueConsulted));

        // A reply for the reporter, a note for colleagues; taken up, and in the end closed.
        officer.reply(&open, "Thank you. When was the last message?").await.unwrap();
        officer.note(&open, "Ask the school about the trip.").await.unwrap();
        officer.assign(report, Some(officer.member().id)).await.unwrap();
        officer.set_state(report, ReportState::Open).await.unwrap();
        let seen = supervisor.report(report).await.unwrap();
        assert_eq!(supervisor.notes(&seen).unwrap()[0].text, "Ask the school about the trip.");
        assert_eq!(seen.view.assigned, Some(officer.member().id));

        // The reporter comes back with the words and sees the reply alone.
        let reporter = client.reporter(phrase).await.unwrap();
        let receipt = reporter.receipt().await.unwrap();
        let said = receipt.messages().unwrap();
        assert_eq!(said.len(), 1);
        assert_eq!((said[0].from, said[0].text.as_str()), (Speaker::Desk, "Thank you. When was the last message?"));
        assert_eq!(receipt.of(seal::ItemKind::Note).count(), 0);
        reporter.say(&receipt, "On Tuesday.").await.unwrap();

        let row = &officer.queue(&[ReportState::Open], 50, None).await.unwrap().rows[0];
        assert!(row.unread, "the reporter has answered");
        let open = officer.report(report).await.unwrap();
        assert_eq!(open.messages().unwrap().last().unwrap().text, "On Tuesday.");
        assert!(!officer.queue(&[ReportState::Open], 50, None).await.unwrap().rows[0].unread);
        for state in [ReportState::Closed, ReportState::Open, ReportState::Closed] {
            officer.set_state(report, state).await.unwrap();
        }
        let refused = officer.set_state(report, ReportState::New).await.unwrap_err();
        assert!(matches!(refused, client::Error::Refused(error) if error.code == ErrorCode::Invalid));

        officer.sign_out().await.unwrap();
    }
}
