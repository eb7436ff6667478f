/* The table of column names that address books write. */
#include "contact/csv/csv_columns.h"

/* clang-format off */
const struct csv_known csv_known[] = {
    /* names */
    { "name", "name/any" }, { "fullname", "name/full" }, { "displayname", "name/full" },
    { "firstname", "name/given" }, { "givenname", "name/given" }, { "first", "name/given" },
    { "forename", "name/given" }, { "middlename", "name/given2" }, { "additionalname", "name/given2" },
    { "lastname", "name/surname" }, { "familyname", "name/surname" }, { "surname", "name/surname" },
    { "last", "name/surname" }, { "nameprefix", "name/title" }, { "prefix", "name/title" },
    { "salutation", "name/title" }, { "honorific", "name/title" }, { "namesuffix", "name/generation" },
    { "suffix", "name/generation" }, { "nickname", "name/nickname" }, { "alias", "name/nickname" },
    { "phoneticfirstname", "name/phonetic-given" }, { "givennameyomi", "name/phonetic-given" },
    { "phoneticlastname", "name/phonetic-surname" }, { "familynameyomi", "name/phonetic-surname" },
    { "givenyomi", "name/phonetic-given" }, { "surnameyomi", "name/phonetic-surname" },
    /* e-mail */
    { "email", "emails" }, { "emailaddress", "emails" }, { "email#", "emails" }, { "emailaddress#", "emails" },
    { "email#address", "emails" }, { "mail", "emails" }, { "primaryemail", "emails" }, { "secondaryemail", "emails" },
    { "emails", "emails" }, { "workemail", "emails:work" }, { "businessemail", "emails:work" },
    { "homeemail", "emails:private" }, { "personalemail", "emails:private" }, { "emailwork", "emails:work" },
    { "emailhome", "emails:private" }, { "email#value", "emails##" }, { "email#type", "emails##/label" },
    { "email#label", "emails##/label" },
    /* phones */
    { "phone", "phones" }, { "phonenumber", "phones" }, { "telephone", "phones" }, { "tel", "phones" },
    { "phone#", "phones" }, { "primaryphone", "phones" }, { "otherphone", "phones" }, { "callback", "phones" },
    { "phones", "phones" }, { "ttytddphone", "phones:textphone" }, { "mobile", "phones:mobile" },
    { "mobilephone", "phones:mobile" }, { "cell", "phones:mobile" }, { "cellphone", "phones:mobile" },
    { "mobilenumber", "phones:mobile" }, { "phonemobile", "phones:mobile" }, { "mobilephone#", "phones:mobile" },
    { "workphone", "phones:work" }, { "businessphone", "phones:work" }, { "businessphone#", "phones:work" },
    { "officephone", "phones:work" }, { "phonework", "phones:work" }, { "companymainphone", "phones:work" },
    { "homephone", "phones:private" }, { "homephone#", "phones:private" }, { "phonehome", "phones:private" },
    { "carphone", "phones:mobile" }, { "fax", "phones:fax" }, { "faxnumber", "phones:fax" },
    { "otherfax", "phones:fax" }, { "businessfax", "phones:work,fax" }, { "workfax", "phones:work,fax" },
    { "homefax", "phones:private,fax" }, { "pager", "phones:pager" }, { "pagernumber", "phones:pager" },
    { "phone#value", "phones##" }, { "phone#type", "phones##/label" }, { "phone#label", "phones##/label" },
    /* addresses */
    { "address", "addresses/line" }, { "postaladdress", "addresses/full" },
    { "homeaddress", "addresses:private/line" }, { "workaddress", "addresses:work/line" },
    { "businessaddress", "addresses:work/line" }, { "addresses", "addresses/full" }, { "street", "addresses/street" },
    { "streetaddress", "addresses/street" }, { "addressline#", "addresses/street" },
    { "address#", "addresses/street" }, { "city", "addresses/locality" }, { "town", "addresses/locality" },
    { "state", "addresses/region" }, { "region", "addresses/region" }, { "province", "addresses/region" },
    { "county", "addresses/region" }, { "zip", "addresses/postcode" }, { "zipcode", "addresses/postcode" },
    { "postalcode", "addresses/postcode" }, { "postcode", "addresses/postcode" }, { "country", "addresses/country" },
    { "homestreet", "addresses:private/street" }, { "homestreet#", "addresses:private/street" },
    { "homeaddress#", "addresses:private/street" }, { "homecity", "addresses:private/locality" },
    { "homestate", "addresses:private/region" }, { "homepostalcode", "addresses:private/postcode" },
    { "homezipcode", "addresses:private/postcode" }, { "homecountry", "addresses:private/country" },
    { "homecountryregion", "addresses:private/country" }, { "homeaddresspobox", "addresses:private/postOfficeBox" },
    { "homepobox", "addresses:private/postOfficeBox" }, { "businessstreet", "addresses:work/street" },
    { "businessstreet#", "addresses:work/street" }, { "businesscity", "addresses:work/locality" },
    { "businessstate", "addresses:work/region" }, { "businesspostalcode", "addresses:work/postcode" },
    { "businesscountry", "addresses:work/country" }, { "businesscountryregion", "addresses:work/country" },
    { "businesspobox", "addresses:work/postOfficeBox" }, { "businessaddresspobox", "addresses:work/postOfficeBox" },
    { "workaddress#", "addresses:work/street" }, { "workcity", "addresses:work/locality" },
    { "workstate", "addresses:work/region" }, { "workzipcode", "addresses:work/postcode" },
    { "workcountry", "addresses:work/country" }, { "otherstreet", "addresses#2/street" },
    { "otherstreet#", "addresses#2/street" }, { "othercity", "addresses#2/locality" },
    { "otherstate", "addresses#2/region" }, { "otherpostalcode", "addresses#2/postcode" },
    { "othercountry", "addresses#2/country" }, { "othercountryregion", "addresses#2/country" },
    { "otherpobox", "addresses#2/postOfficeBox" }, { "address#type", "addresses##/label" },
    { "address#label", "addresses##/label" }, { "address#formatted", "addresses##/full" },
    { "address#street", "addresses##/street" }, { "address#city", "addresses##/locality" },
    { "address#pobox", "addresses##/postOfficeBox" }, { "address#region", "addresses##/region" },
    { "address#postalcode", "addresses##/postcode" }, { "address#country", "addresses##/country" },
    { "address#extendedaddress", "addresses##/extended" },
    /* work */
    { "company", "organization/name" }, { "organization", "organization/name" },
    { "organisation", "organization/name" }, { "organizationname", "organization/name" },
    { "companyname", "organization/name" }, { "employer", "organization/name" },
    { "department", "organization/unit" }, { "organizationdepartment", "organization/unit" },
    { "jobtitle", "organization/title" }, { "position", "organization/title" },
    { "organizationtitle", "organization/title" }, { "profession", "organization/role" },
    { "occupation", "organization/role" }, { "role", "organization/role" },
    { "organization#name", "organization##/name" }, { "organization#title", "organization##/title" },
    { "organization#department", "organization##/unit" },
    /* the web */
    { "website", "links" }, { "webpage", "links" }, { "url", "links" }, { "homepage", "links" }, { "web", "links" },
    { "personalwebpage", "links:private" }, { "website#", "links" }, { "website#value", "links##" },
    { "website#type", "links##/label" }, { "website#label", "links##/label" },
    { "linkedin", "onlineServices:LinkedIn" }, { "linkedinurl", "onlineServices:LinkedIn" },
    { "linkedinprofile", "onlineServices:LinkedIn" }, { "twitter", "onlineServices:Twitter" },
    { "facebook", "onlineServices:Facebook" }, { "instagram", "onlineServices:Instagram" },
    { "github", "onlineServices:GitHub" }, { "xing", "onlineServices:Xing" }, { "skype", "onlineServices:Skype" },
    { "mastodon", "onlineServices:Mastodon" }, { "imaddress", "onlineServices" }, { "im#value", "onlineServices##" },
    { "im#service", "onlineServices##/label" },
    /* the rest */
    { "birthday", "birthday" }, { "dateofbirth", "birthday" }, { "birthdate", "birthday" }, { "dob", "birthday" },
    { "anniversary", "anniversary" }, { "event#value", "anniversaries##" },
    { "event#label", "anniversaries##/label" }, { "event#type", "anniversaries##/label" }, { "notes", "notes" },
    { "note", "notes" }, { "comments", "notes" }, { "comment", "notes" }, { "labels", "keywords" },
    { "groupmembership", "keywords" }, { "tags", "keywords" }, { "categories", "keywords" }, { "groups", "keywords" },
    { "category", "keywords" }, { "relation#value", "related##" }, { "relation#label", "related##/label" },
    { "relation#type", "related##/label" }, { "uid", "uid" }, { "language", "language" }, { "photo", "photo" },
    /* programs' own: Google's custom fields and phonetics, Yahoo, HubSpot, Salesforce, Samsung */
    { "title", "title" }, { "phoneticmiddlename", "name/phonetic-given2" }, { "fileas", "" }, { "home", "phones:private" },
    { "work", "phones:work" }, { "iphone", "phones:mobile" }, { "particular", "phones:private" }, { "skypeid", "onlineServices:Skype" },
    { "messengerid", "onlineServices" }, { "yahoophone", "phones" },
    { "spouse", "related:spouse" },
    { "children", "related:child" }, { "organization#department", "organization##/unit" }, { "organization#type", "" },
    { "organizationtype", "" }, { "address#postcode", "addresses##/postcode" },
    { "yahooid", "onlineServices:Yahoo" }, { "homefax#", "phones:private,fax" }, { "lifecyclestage", "" },
    { "mailingstateprovince", "addresses/region" }, { "mailingzippostalcode", "addresses/postcode" },
    { "mailingcountryterritory", "addresses/country" }, { "otherstateprovince", "addresses#2/region" },
    { "otherzippostalcode", "addresses#2/postcode" }, { "websiteurl", "links" }, { "assistant", "" },
    { "companywebsite", "links:work" }, { "associatedcompany", "organization/name" }, { "honorificprefix", "name/title" },
    { "honorificsuffix", "name/generation" }, { "roles", "organization/role" },
};
const size_t csv_known_n = countof(csv_known);

static const struct csv_known outlook[] = { { "title", "name/title" }, { "anrede", "name/title" }, { "webpage", "links:work" },
                                            { "language", "" } };
static const struct csv_known google_old[] = { { "occupation", "organization/role" }, { "location", "" } };
static const struct csv_known linkedin[] = { { "url", "onlineServices:LinkedIn" } };

static const struct csv_known yahoo[] = { { "primary", "phones" }, { "other", "phones" } };

const struct csv_program csv_programs[] = {
    { "Yahoo", { "first", "last", "distributionlists" }, yahoo, countof(yahoo) },
    { "LinkedIn", { "firstname", "lastname", "connectedon" }, linkedin, countof(linkedin) },
    { "Google", { "givenname", "familyname", "groupmembership" }, google_old, countof(google_old) },
    { "Google", { "firstname", "labels" }, NULL, 0 },
    { "Outlook", { "firstname", "lastname", "emailaddress", "businessphone" }, outlook, countof(outlook) },
    { "Outlook", { "firstname", "lastname", "businessstreet" }, outlook, countof(outlook) },
    { "Outlook", { "vorname", "nachname", "telefongeschaftlich" }, outlook, countof(outlook) },
    { "Thunderbird", { "firstname", "displayname", "primaryemail" }, NULL, 0 },
};
const size_t csv_programs_n = countof(csv_programs);
/* clang-format on */
