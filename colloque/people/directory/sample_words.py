"""Words of which synthetic extracts are made. Names are common ones, joined at random; numbers are nobody's.

Communes are real, since their codes shape the file; practices, streets and structures are invented.
"""

from __future__ import annotations

FAMILY_NAMES = tuple(
    """
    MARTIN BERNARD THOMAS PETIT ROBERT RICHARD DURAND DUBOIS MOREAU LAURENT SIMON MICHEL LEFEBVRE LEROY ROUX DAVID
    BERTRAND MOREL FOURNIER GIRARD BONNET DUPONT LAMBERT FONTAINE ROUSSEAU VINCENT MULLER LEFEVRE FAURE ANDRE MERCIER
    BLANC GUERIN BOYER GARNIER CHEVALIER FRANCOIS LEGRAND GAUTHIER GARCIA PERRIN ROBIN CLEMENT MORIN NICOLAS HENRY
    ROUSSEL MATHIEU GAUTIER MASSON MARCHAND DUVAL DENIS DUMONT MARIE LEMAIRE NOEL MEYER DUFOUR MEUNIER BRUN BLANCHARD
    GIRAUD JOLY RIVIERE LUCAS BRUNET GAILLARD BARBIER ARNAUD MARTINEZ GERARD ROCHE RENARD SCHMITT ROY LEROUX COLIN
    VIDAL CARON PICARD ROGER FABRE AUBERT LEMOINE RENAUD DUMAS LACROIX OLIVIER PHILIPPE BOURGEOIS PIERRE BENOIT REY
    LECLERC PAYET ROLLAND LECLERCQ GUILLAUME LECOMTE LOPEZ JEAN DUPUY GUILLOT HUBERT BERGER CARPENTIER SANCHEZ DUPUIS
    MOULIN LOUIS DESCHAMPS HUET VASSEUR PEREZ BOUCHER FLEURY ROYER KLEIN JACQUET ADAM PARIS POIRIER MARTY AUBRY GUYOT
    CARRE CHARLES RENAULT CHARPENTIER MENARD MAILLARD BARON BERTIN BAILLY HERVE SCHNEIDER FERNANDEZ COLLET LEGER
    BOUVIER JULIEN PREVOST MILLET PERROT DANIEL COUSIN GERMAIN BRETON BESSON LANGLOIS REMY PELLETIER LEVEQUE PERRIER
    LEBLANC BARRE LEBRUN MARCHAL WEBER MALLET HAMON BOULANGER JACOB MONNIER MICHAUD GUICHARD POULAIN ETIENNE TRAORE
    DIALLO BENALI HADDAD NGUYEN TRAN SOW CISSE BELKACEM MANSOURI BOUAZIZ FERREIRA RODRIGUES KERVELLA LEBŒUF LÉVÊQUE
    MÜLLER ÇELIK NÚÑEZ FRANÇOIS GÖKÇE BÉRARD SÉNÉCHAL KOWALSKI N'DIAYE M'BAYE O'BRIEN D'ALBRAY D'ORNANO L'HOSTIS
    """.split()  # noqa: SIM905 - two hundred quotation marks tire the reader
)  # fmt: skip
PARTICLE_NAMES = (
    "DE LA MOTTE", "LE GOFF", "LE BIHAN", "LE ROUX", "DE SOUSA", "DA SILVA", "DOS SANTOS", "VAN DEN BERGHE",
    "DU PLESSIS", "DE LA FUENTE", "EL AMRANI", "BEN SALAH", "AIT AHMED", "DE L'ESTOILE", "LA ROCCA", "VON DER HEYDEN",
)  # fmt: skip
WOMEN = tuple(
    """
    Marie Nathalie Isabelle Sylvie Catherine Françoise Valérie Christine Sandrine Véronique Céline Sophie Stéphanie
    Aurélie Julie Anne Émilie Hélène Laurence Claire Camille Léa Manon Chloé Inès Zoé Anaïs Gaëlle Noémie Maëlle
    Fatima Aïcha Yasmina Leïla Mariam Thi-Mai Anne-Sophie Marie-Laure Marie-Hélène Anne-Cécile Marie-José Élodie
    Clémence Mathilde Pauline Agathe Solène Enora Garance Lucie Océane Zoë Mylène Béatrice Geneviève
    """.split()  # noqa: SIM905
)  # fmt: skip
MEN = tuple(
    """
    Jean Pierre Michel Philippe Alain Nicolas Christophe Patrick Bernard Frédéric Stéphane Laurent Julien Sébastien
    Thomas Éric Olivier Thierry David Vincent François Pascal Jérôme Antoine Maxime Alexandre Benoît Rémi Loïc Cédric
    Gaël Joël Raphaël Mickaël Mohamed Karim Youssef Amadou Ibrahima Minh Jean-François Jean-Baptiste Jean-Luc
    Pierre-Yves François-Xavier Paul-Émile Marc-Antoine Hervé Gérard René Tugdual Goulven Théo Hugo Léon Noé
    """.split()  # noqa: SIM905
)  # fmt: skip

# label, INSEE code, postcode, weight: large towns, small ones, Corsica and overseas
COMMUNES: tuple[tuple[str, str, str, int], ...] = (
    ("Paris 12e Arrondissement", "75112", "75012", 60), ("Paris 15e Arrondissement", "75115", "75015", 60),
    ("Paris 20e Arrondissement", "75120", "75020", 40), ("Marseille 5e Arrondissement", "13205", "13005", 40),
    ("Marseille 8e Arrondissement", "13208", "13008", 40), ("Lyon 3e Arrondissement", "69383", "69003", 40),
    ("Lyon 8e Arrondissement", "69388", "69008", 30), ("Toulouse", "31555", "31000", 60),
    ("Nice", "06088", "06000", 45),
    ("Nantes", "44109", "44000", 45), ("Montpellier", "34172", "34000", 45), ("Strasbourg", "67482", "67000", 40),
    ("Bordeaux", "33063", "33000", 45), ("Lille", "59350", "59000", 45), ("Rennes", "35238", "35000", 35),
    ("Reims", "51454", "51100", 25), ("Saint-Étienne", "42218", "42000", 25), ("Toulon", "83137", "83000", 25),
    ("Grenoble", "38185", "38000", 25), ("Dijon", "21231", "21000", 25), ("Angers", "49007", "49000", 22),
    ("Nîmes", "30189", "30000", 20), ("Clermont-Ferrand", "63113", "63000", 22), ("Le Mans", "72181", "72000", 16),
    ("Brest", "29019", "29200", 20), ("Tours", "37261", "37000", 22), ("Amiens", "80021", "80000", 20),
    ("Limoges", "87085", "87000", 18), ("Annecy", "74010", "74000", 18), ("Perpignan", "66136", "66000", 16),
    ("Besançon", "25056", "25000", 18), ("Metz", "57463", "57000", 18), ("Orléans", "45234", "45000", 18),
    ("Rouen", "76540", "76000", 22), ("Caen", "14118", "14000", 20), ("Nancy", "54395", "54000", 22),
    ("Saint-Denis", "93066", "93200", 18), ("Créteil", "94028", "94000", 18), ("Versailles", "78646", "78000", 18),
    ("Évry-Courcouronnes", "91228", "91000", 14), ("Meaux", "77284", "77100", 12), ("Pontoise", "95500", "95300", 12),
    ("Boulogne-Billancourt", "92012", "92100", 20), ("Poitiers", "86194", "86000", 16), ("Pau", "64445", "64000", 14),
    ("La Rochelle", "17300", "17000", 14), ("Quimper", "29232", "29000", 10), ("Lorient", "56121", "56100", 10),
    ("Saint-Brieuc", "22278", "22000", 8), ("Douarnenez", "29046", "29100", 3), ("Guingamp", "22070", "22200", 3),
    ("Aurillac", "15014", "15000", 5), ("Mende", "48095", "48000", 3), ("Guéret", "23096", "23000", 3),
    ("Nevers", "58194", "58000", 5), ("Bourg-en-Bresse", "01053", "01000", 6), ("Gap", "05061", "05000", 4),
    ("L'Haÿ-les-Roses", "94038", "94240", 4), ("Saint-Jean-d'Angély", "17347", "17400", 2),
    ("Ajaccio", "2A004", "20000", 8), ("Porto-Vecchio", "2A247", "20137", 3), ("Bastia", "2B033", "20200", 8),
    ("Calvi", "2B050", "20260", 2), ("Les Abymes", "97101", "97139", 8), ("Fort-de-France", "97209", "97200", 8),
    ("Cayenne", "97302", "97300", 6), ("Saint-Denis", "97411", "97400", 12), ("Saint-Pierre", "97416", "97410", 8),
    ("Mamoudzou", "97611", "97600", 4),
)  # fmt: skip
STREETS = (
    "DES TILLEULS", "DU MOULIN", "DE LA FONTAINE", "DES GLYCINES", "DU LAVOIR", "DE L'ÉGLISE", "DES QUATRE VENTS",
    "DE LA RÉPUBLIQUE", "DU VIEUX PUITS", "DES ORMEAUX", "DE LA GARE", "DU CHAMP DE FOIRE", "D'EN HAUT", "DES PÊCHEURS",
)  # fmt: skip
STREET_TYPES = (("R", "Rue"), ("AV", "Avenue"), ("BD", "Boulevard"), ("PL", "Place"), ("CHE", "Chemin"))
STRUCTURES = (
    ("SA01", "Etablissement public de santé", "HÔPITAL {}"), ("SA01", "Etablissement public de santé", "CENTRE {}"),
    ("SA05", "Centre de santé", "CENTRE DE SANTÉ {}"), ("SA08", "Cabinet de groupe", "MAISON DE SANTÉ {}"),
    ("SA08", "Cabinet de groupe", "CABINET MÉDICAL \"{}\""),
)  # fmt: skip

# code, label, share of the persons in thousandths; the register's proportions, roughly
PROFESSIONS: tuple[tuple[str, str, int], ...] = (
    ("10", "Médecin", 175), ("21", "Pharmacien", 50), ("26", "Audioprothésiste", 4), ("28", "Opticien-Lunetier", 30),
    ("40", "Chirurgien-Dentiste", 34), ("50", "Sage-Femme", 20), ("60", "Infirmier", 490),
    ("70", "Masseur-Kinésithérapeute", 80), ("80", "Pédicure-Podologue", 11), ("91", "Orthophoniste", 24),
    ("92", "Orthoptiste", 5), ("93", "Psychologue", 77),
)  # fmt: skip
# Besides the ordinal specialities: type, its label, code, label
OTHER_SKILLS = (
    ("C", "Compétence", "C12", "Médecine du sport (C)"), ("C", "Compétence", "C23", "Acupuncture (C)"),
    ("CAPA", "Capacité", "CAPA07", "Médecine d'urgence (CAPA)"), ("CAPA", "Capacité", "CAPA02", "Gérontologie (CAPA)"),
    ("CEX", "Compétence exclusive", "CEX24", "Médecine appliquée aux sports (CEX)"),
    ("DNQ", "DESC non qualifiant", "DSM210", "Médecine de la douleur et médecine palliative (DNQ)"),
)  # fmt: skip
# Ordinal specialities by weight: general practice under its three codes, old codes beside those of 2017
SPECIALITY_WEIGHTS: tuple[tuple[str, int], ...] = (
    ("SM54", 260), ("SM53", 120), ("SM26", 60), ("SM02", 45), ("SM04", 26), ("SM73", 4), ("SM42", 48), ("SM43", 8),
    ("SM40", 34), ("SM44", 34), ("SM74", 8), ("SM38", 24), ("SM20", 22), ("SM19", 8), ("SM15", 16), ("SM24", 16),
    ("SM41", 13), ("SM08", 14), ("SM05", 12), ("SM32", 11), ("SM39", 8), ("SM34", 9), ("SM48", 11), ("SM25", 20),
    ("SM49", 8), ("SM75", 2), ("SM27", 10), ("SM72", 2), ("SM16", 8), ("SM18", 9), ("SM29", 9), ("SM36", 6),
    ("SM37", 4), ("SM45", 3), ("SM30", 7), ("SM12", 6), ("SM14", 6), ("SM13", 3), ("SM31", 3), ("SM03", 14),
    ("SM01", 7), ("SM59", 8), ("SM46", 5), ("SM61", 3), ("SM58", 2), ("SM57", 2), ("SM71", 1), ("SM90", 1), ("SM76", 1),
)  # fmt: skip
# Fictional number blocks of the French numbering plan (ARCEP): nobody is called
TELEPHONE_BLOCKS = ("019900", "026191", "035301", "046571", "053649", "063998")
