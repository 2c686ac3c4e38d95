-- law: incurable
-- advised: 0
-- An application draws from it, and the catalogs know no column that it feeds.
create sequence seq_resposta_id maxvalue 800;
select setval('seq_resposta_id', 800);
